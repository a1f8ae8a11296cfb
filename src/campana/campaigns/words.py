"""Reasons and events of a campaign in words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campana.engine.words import RefusalCode, RetryEvent

SKIPS: Final[dict[str, Promise]] = {
    RefusalCode.SUPPRESSED: _("On the do-not-call list"),
    RefusalCode.DO_NOT_CALL_AGAIN: _("Asked not to be called again"),
    RefusalCode.INVALID_NUMBER: _("No valid number"),
    RefusalCode.BLOCKED_NUMBER: _("Number of a blocked prefix"),
    "duplicate": _("The same number twice"),
    "over_limit": _("More than the plan allows"),
}
EVENTS: Final[tuple[tuple[str, Promise], ...]] = (
    (RetryEvent.NO_ANSWER, _("No answer")),
    (RetryEvent.BUSY, _("Busy")),
    (RetryEvent.REJECTED, _("Rejected")),
    (RetryEvent.UNAVAILABLE, _("Unavailable")),
    (RetryEvent.MACHINE, _("Answering machine")),
    (RetryEvent.ABANDONED, _("Abandoned")),
    (RetryEvent.DROPPED, _("Dropped soon after the answer")),
)
