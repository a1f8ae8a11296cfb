"""Campana: the open-source contact centre whose heart is the outbound campaign."""

__version__ = "0.1.0"
