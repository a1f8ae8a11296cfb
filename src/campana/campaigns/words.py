"""Reasons and events of a campaign in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campana.accounts.audit_names import Names
from campana.engine.words import RefusalCode, RetryEvent
from campana.ui.moments import span

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
_SOURCES: Final[dict[str, Promise]] = {
    "group": _("Group: %(name)s"),
    "filter": _("Filter: %(name)s"),
    "import": _("File: %(name)s"),
    "campaign": _("Campaign: %(name)s"),
}
_NOT_REACHED: Final = _("Not reached in the campaign: %(name)s")


def plan_words(attempts: int, wait: float) -> str:
    return gettext("at most %(n)s, %(wait)s apart") % {"n": attempts, "wait": span(int(wait), get_language() or "en")}


def retry_word(event: str) -> str:
    return gettext("After “%(event)s”") % {"event": dict(EVENTS).get(RetryEvent(event), event)}


def retries_words(retries: Mapping[str, Mapping[str, int]], names: Names) -> str:
    """Every rule that has numbers of its own, as the review tells it."""
    rules = [(event, retries[event]) for event, _word in EVENTS if retries.get(event)]
    return "; ".join(f"{retry_word(event)}: {plan_words(plan['attempts'], plan['wait'])}" for event, plan in rules)


def source_words(source: Mapping[str, Any], name: str) -> str:
    """``ids`` of picked contacts are the contacts themselves, or how many they were."""
    if source["kind"] == "contacts":
        ids = source.get("ids") or 0
        count = ids if isinstance(ids, int) else len(ids)
        return ngettext("One picked contact", "%(n)d picked contacts", count) % {"n": count}
    words = _NOT_REACHED if source.get("states") else _SOURCES[source["kind"]]
    return str(words) % {"name": name}


def sources_words(sources: Iterable[Mapping[str, Any]], names: Names) -> str:
    return "; ".join(source_words(each, names.of(each["kind"], each.get("id", 0))) for each in sources)
