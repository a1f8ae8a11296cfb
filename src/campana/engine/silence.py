"""How long news of the switch may take, for every kind of call."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.kernel.clock import Instant

SILENCE: Final = timedelta(seconds=8)
"""How long after its due time news of a leg may stay away before the leg is hung up to be sure."""
IN_FLIGHT: Final = timedelta(seconds=5)
"""A leg commanded this recently may not be listed by the switch yet; its own timer looks after it."""


def overdue(since: Instant, ring: timedelta) -> Instant:
    """When a leg that began to ring at ``since`` owes us news: early media makes the switch's time-out run late."""
    return since + ring + ring / 10 + SILENCE
