"""Benchmarks: each module has ``main(arguments) -> dict``; ``bin/bench NAME --json`` runs one.

Figures are compared within one run only; the machine's load moves all of them together.
"""
