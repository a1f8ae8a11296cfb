"""Storms: many short, varied worlds in which everything goes wrong, each drawn whole from one seed."""
