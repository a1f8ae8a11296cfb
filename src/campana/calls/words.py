"""A permit in words: which rules were asked before dialling, and what they saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
}


def checks(permit: Mapping[str, str]) -> list[tuple[str, str]]:
    """Rule and finding, in the order in which they were asked."""
    return [check(name, str(permit[name])) for name in (*CHECKS, *(set(permit) - set(CHECKS))) if name in permit]


def check(name: str, seen: str) -> tuple[str, str]:
    """What a rule asked and what it saw, in words."""
    label = str(CHECKS.get(name, _("Another rule")))
    if seen == "passed":
        return label, gettext("passed")
    if name == "inbound":
        return label, str(said("refusal", seen)[1])
    if seen.endswith(" agreed"):
        return label, gettext("{count}, an agreed call back").format(count=seen.removesuffix(" agreed"))
    return label, seen
