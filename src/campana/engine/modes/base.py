"""What a dial mode decides: whether work may begin now, and how it begins."""

from __future__ import annotations

from typing import Protocol

from campana.engine.campaign import Campaign
from campana.engine.state import State
from campana.engine.words import RefusalCode


class Mode(Protocol):
    def dial(self, s: State, campaign: Campaign) -> RefusalCode | None:
        """Begin as much work as may begin now. What holds the rest back, or None when nothing does."""
