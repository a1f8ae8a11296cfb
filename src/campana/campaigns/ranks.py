"""The order of tasks in a campaign as one small number, lowest first (CAM-459).

Due personal call backs, abandoned contacts, then by task priority (1 first, blank last) due retries
before first attempts, and contacts skipped for a failing hotline after all others.
"""

from __future__ import annotations

PERSONAL, ABANDONED, FIRST_PRIORITY, SKIPPED = 0, 1, 10, 1000
BLANK_PRIORITY = 100


def rank(
    *, priority: int | None, retry: bool, personal: bool = False, abandoned: bool = False, skipped: bool = False
) -> int:
    if skipped:
        return SKIPPED
    if personal:
        return PERSONAL
    if abandoned:
        return ABANDONED
    return FIRST_PRIORITY + 2 * (priority or BLANK_PRIORITY) + (0 if retry else 1)
