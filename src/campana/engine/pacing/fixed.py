"""A fixed number of attempts per free agent: the additional-call coefficient (CAM-481)."""

from __future__ import annotations


def allowance(*, free: int, pending: int, coefficient: float) -> int:
    """How many attempts may start now.

    ``free``: available agents that no other campaign has a claim on; ``pending``: attempts without an agent
    that are dialling, ringing or waiting.
    """
    return max(0, int(free * coefficient + 1e-9) - pending)
