"""A permit in words: which rules were asked before dialling, and what they saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campana.engine.words import PaceBound
from campana.ui.words import said

CHECKS: Final[dict[str, Promise]] = {
    "inbound": _("Could it be taken?"),
    "by_hand": _("Asked for by the agent, outside all campaigns"),
    "not_before": _("Not called before the time asked for"),
    "not_after": _("Not called after the last time allowed"),
    "rounds": _("Attempts used"),
    "do_not_call_again": _("Days of rest since the last call"),
    "other_call": _("In no other call"),
    "suppression": _("Not on a do-not-call list"),
    "blocked_prefix": _("Not in a blocked range of numbers"),
    "frequency": _("Calls to this number in 24 hours, all campaigns"),
    "hours": _("Within the calling hours of the zone"),
    "number": _("Number of the contact"),
    "pace": _("Pace"),
    "risk": _("Chance that one more answer finds nobody, and the one taken"),
    "free_soon": _("Agents expected free"),
    "answers_soon": _("Answers expected"),
}
PACES: Final[dict[str, Promise]] = {
    PaceBound.RISK: _("dialled ahead, as far as the limit allows"),
    PaceBound.CAP: _("dialled ahead, as far as there are lines"),
    PaceBound.NOBODY: _("dialled ahead"),
    PaceBound.METHOD: _("by the chosen ratio"),
    PaceBound.START: _("at the start"),
    PaceBound.SMALL_TEAM: _("one call for the agent"),
    PaceBound.OVER_LIMIT: _("one call for a free agent, over the limit"),
    PaceBound.ZERO_LIMIT: _("one call for a free agent"),
    "guaranteed": _("an agent reserved, as it was abandoned before"),
}


def checks(permit: Mapping[str, str]) -> list[tuple[str, str]]:
    """Rule and finding, in the order in which they were asked."""
    return [check(name, str(permit[name])) for name in (*CHECKS, *(set(permit) - set(CHECKS))) if name in permit]


def check(name: str, seen: str) -> tuple[str, str]:
    """What a rule asked and what it saw, in words."""
    label = str(CHECKS.get(name, _("Another rule")))
    if name == "pace":
        return label, str(PACES.get(seen, PACES[PaceBound.METHOD]))
    if seen == "passed":
        return label, gettext("passed")
    if name == "inbound":
        return label, str(said("refusal", seen)[1])
    if seen.endswith(" agreed"):
        return label, gettext("{count}, an agreed call back").format(count=seen.removesuffix(" agreed"))
    return label, seen
