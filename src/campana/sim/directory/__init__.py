"""The database side of the engine's contract, in memory: selection, journal, recovery.

It keeps the semantics of the tables and their constraints (one live attempt per number and per task,
suppression asked again when an attempt is committed) without a database, so that shifts run fast.
Everything that changes it is an ``Entry`` of its journal; applying the journal to an empty directory
gives the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from campana.sim.directory.facts import Facts, Fenced
from campana.sim.directory.recovery import Recovery
from campana.sim.directory.selection import personal_to_others
from campana.sim.directory.tables import QUEUED, Entry

__all__ = ["QUEUED", "Directory", "Entry", "Fenced", "personal_to_others"]


class Directory(Facts, Recovery):
    @classmethod
    def replayed(cls, journal: Sequence[Entry]) -> Directory:
        fresh = cls()
        for name, arguments in journal:
            getattr(fresh, name)(*arguments)
        return fresh
