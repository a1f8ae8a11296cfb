"""What the law of a country asks, as data: ``packs.toml`` and its reading, the comparison, and the words."""

from __future__ import annotations

from campana.accounts.law.packs import Pack, pack_of

__all__ = ["Pack", "pack_of"]
