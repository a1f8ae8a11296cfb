"""Campaigns and the law pack of their organisation's country: what they begin with, and where they are looser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campana.accounts.law import Pack, pack_of, words
from campana.accounts.law.compare import CampaignRules, Point, looser
from campana.campaigns.models import Campaign
from campana.engine.words import BudgetWindow, DialMode, Governed, LocalTime
from campana.kernel.windows import Schedule
from campana.ui.moments import span

DAY: Final = 86_400
FIELDS: Final = {
    Point.LIMIT: "max_abandon",
    Point.WINDOW: "budget_window",
    Point.GOVERNED: "governed",
    Point.MESSAGE: "abandoned_message",
    Point.RING: "answer_wait",
    Point.CALLS_A_DAY: "max_attempts",
    Point.HOURS: "hours",
    Point.CLOCK: "local_time",
}


def defaults(pack: Pack) -> dict[str, Any]:
    """What a new campaign begins with instead of the usual; never looser than that."""
    values: dict[str, Any] = {}
    if pack.most_abandoned:
        values["max_abandon"] = min(pack.most_abandoned.value, _usual("max_abandon"))
    if pack.governed:
        values["governed"] = pack.governed.value
    if pack.window:
        values["budget_window"] = pack.window.value
    if pack.ring:
        values["answer_wait"] = max(pack.ring.value, _usual("answer_wait"))
    return values


def _usual(name: str) -> Any:
    return getattr(Campaign(), name)


def looser_than_law(campaign: Campaign, schedule: Schedule) -> Iterator[tuple[Point, str, dict[str, str]]]:
    """Point, field, and what the law says and what the campaign does in words; nothing without a pack."""
    pack = pack_of(campaign.organisation.default_country)
    if pack is None:
        return
    country = words.country_name(pack.country)
    for point in looser(pack, _rules(campaign, schedule)):
        law, here = _words(point, pack, campaign, schedule)
        yield point, FIELDS[point], {"country": country, "law": law, "here": here}


def _rules(campaign: Campaign, schedule: Schedule) -> CampaignRules:
    return CampaignRules(
        dials_ahead=campaign.mode == DialMode.PREDICTIVE,
        limit=campaign.max_abandon,
        window=BudgetWindow(campaign.budget_window),
        governed=Governed(campaign.governed),
        ring=campaign.answer_wait,
        message=campaign.abandoned_message_id is not None,
        attempts_a_day=_attempts_a_day(campaign),
        hours=schedule.periods,
        callees_clock=campaign.local_time in {LocalTime.CALLEE, LocalTime.BOTH},
    )


def _attempts_a_day(campaign: Campaign) -> int:
    fastest = min([campaign.gap, *(int(plan["wait"]) for plan in campaign.retries.values())])
    most = min(campaign.max_attempts, 1 + (DAY - 1) // max(1, fastest))
    return min(most, campaign.organisation.frequency_cap or most)


def _words(point: Point, pack: Pack, campaign: Campaign, schedule: Schedule) -> tuple[str, str]:
    if point is Point.LIMIT and pack.most_abandoned:
        return words.limit_words(pack.most_abandoned.value), words.limit_words(campaign.max_abandon)
    if point is Point.WINDOW and pack.window:
        return str(words.WINDOWS[pack.window.value]), str(words.WINDOWS[BudgetWindow(campaign.budget_window)])
    if point is Point.GOVERNED and pack.governed:
        return str(words.COUNTS[pack.governed.value]), str(words.COUNTS[Governed(campaign.governed)])
    if point is Point.MESSAGE:
        return _("a message with your name and number when no agent came"), _("the call just ends")
    if point is Point.RING and pack.ring:
        return words.seconds_words(pack.ring.value), span(campaign.answer_wait, get_language() or "en")
    if point is Point.CALLS_A_DAY and pack.calls_a_day:
        return _calls(pack.calls_a_day.value), _calls(_attempts_a_day(campaign))
    if point is Point.HOURS and pack.hours:
        return words.hours_words(pack.hours.value), words.hours_words(schedule.periods)
    return _("the contact’s clock"), _("the organisation’s clock")


def _calls(calls: int) -> str:
    return f"{_('Calls to one number')} {words.cap_words(calls)}"
