"""One call per expected answer: free agents over the share of calls that is answered (CAM-122, 480)."""

from __future__ import annotations


def allowance(*, free: int, pending: int, rate: int) -> int:
    """How many attempts may start now.

    ``free``: available agents that no other campaign has a claim on; ``pending``: attempts without an agent
    that are dialling, ringing or waiting; ``rate``: 1 to 100 per cent.
    """
    target = -(-free * 100 // rate)
    return max(0, target - pending)
