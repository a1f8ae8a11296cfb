"""A campaign's settings and reasons in words, for the review and for whoever shows them."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campana.campaigns.models import Campaign
from campana.engine.words import DialMode, RefusalCode
from campana.ui.moments import duration, phone
from campana.ui.week import typed_days
from campana.ui.words import said

SKIPS: Final[dict[str, Promise]] = {
    RefusalCode.SUPPRESSED: gettext_lazy("On the do-not-call list"),
    RefusalCode.DO_NOT_CALL_AGAIN: gettext_lazy("Asked not to be called again"),
    RefusalCode.INVALID_NUMBER: gettext_lazy("No valid number"),
    RefusalCode.BLOCKED_NUMBER: gettext_lazy("Number of a blocked prefix"),
}


def effective(campaign: Campaign) -> list[tuple[str, str, str]]:
    """Step, word and value of every setting as it will be used."""
    return [
        ("mode", _("Name"), campaign.name),
        ("mode", _("Mode"), said("mode", campaign.mode)[1]),
        ("general", _("Begins"), _begins(campaign)),
        ("general", _("Goal"), _("Exhaust contacts") if campaign.goal == "exhaust" else _("None, endless")),
        ("general", _("Priority"), str(campaign.priority or _("none, after all that have one"))),
        ("general", _("Most calls at once"), str(campaign.max_calls or _("as many as the plan"))),
        ("general", _("Recording"), _("yes") if campaign.recording else _("no")),
        ("agents", _("Agents"), _agents(campaign)),
        ("hours", _("Hours"), _hours(campaign)),
        ("hours", _("Holidays"), _("no calls") if campaign.holidays else _("like other days")),
        ("calls", _("Caller ID"), _numbers(campaign)),
        ("calls", _("Wait for an answer"), duration(campaign.answer_wait)),
        *_of_mode(campaign),
        ("calls", _("Ring an agent"), duration(campaign.agent_ring)),
        ("calls", _("Customer waits at most"), duration(campaign.max_wait)),
        ("retries", _("Attempts"), _attempts(campaign)),
        ("retries", _("Do not call again holds"), _days(campaign)),
        ("results", _("Results"), campaign.result_set.name if campaign.result_set else _("the default set")),
        ("results", _("Result needed"), _("yes") if campaign.result_required else _("no")),
        ("results", _("Wrap-up"), duration(campaign.wrap_up)),
    ]


def _begins(campaign: Campaign) -> str:
    if campaign.start_kind == "manual":
        return _("when somebody presses Start, not before its start time")
    return _("by itself at its start time")


def _agents(campaign: Campaign) -> str:
    names = [*campaign.groups.order_by("name").values_list("name", flat=True)]
    names += campaign.agents.order_by("user__name").values_list("user__name", flat=True)
    return ", ".join(names) or "–"


def _hours(campaign: Campaign) -> str:
    profile = f"{campaign.working_hours.name}; " if campaign.working_hours else ""
    if not campaign.hours:
        return profile + _("all hours")
    return profile + "; ".join(f"{name} {line}" for name, line in typed_days(campaign.hours))


def _numbers(campaign: Campaign) -> str:
    if campaign.caller_id == "random_all":
        return _("all hotlines at random")
    numbers = ", ".join(phone(line.number) for line in campaign.hotlines.order_by("campaignhotline__position"))
    return _("%(numbers)s at random") % {"numbers": numbers} if campaign.caller_id != "single" else numbers or "–"


def _of_mode(campaign: Campaign) -> list[tuple[str, str, str]]:
    if campaign.mode == DialMode.PROGRESSIVE:
        return [("calls", _("Calls for each free agent"), str(campaign.coefficient))]
    begins = _("from acceptance") if campaign.preview_start == "accepted" else _("from being shown")
    return [("calls", _("Preview"), f"{duration(campaign.preview_time)}, {begins}")]


def _attempts(campaign: Campaign) -> str:
    every = duration(campaign.gap)
    return _("at most %(n)s, %(wait)s apart") % {"n": campaign.max_attempts, "wait": every}


def _days(campaign: Campaign) -> str:
    days = campaign.do_not_call_again_days
    days = campaign.organisation.do_not_call_again_days if days is None else days
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else _("for the present task only")
