"""Tests on a real Asterisk: started once for the run, with the laboratory."""

from __future__ import annotations

from support.asterisk import asterisk

__all__ = ["asterisk"]
