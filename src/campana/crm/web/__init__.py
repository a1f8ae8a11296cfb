"""Pages of contacts, groups, filters, fields, the do-not-call list and imports."""

from __future__ import annotations

from campana.kernel import clock


def now() -> clock.Instant:
    """The one place where these pages ask the time."""
    return clock.utc_now()
