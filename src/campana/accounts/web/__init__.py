"""Pages of the door, of people, roles, keys, the audit log and the organisation."""

from __future__ import annotations

from campana.kernel import clock


def now() -> clock.Instant:
    """The one place where these pages ask the time."""
    return clock.utc_now()
