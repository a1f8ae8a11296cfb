"""Whether a campaign is complete (``problems``), and what about it may surprise (``warnings``)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campana.campaigns.lawful import looser_than_law
from campana.campaigns.models import Campaign
from campana.campaigns.queries.people import people_of
from campana.campaigns.snapshot import schedule
from campana.campaigns.validation import refusals as no
from campana.campaigns.validation.clean import OFFERED_MODES
from campana.engine.words import CallerIdPolicy, DialMode, Goal
from campana.hotlines.models import Hotline
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid
from campana.kernel.windows import Period, common

FEW: Final = 2
"""Below so many agents prediction is of no use (``engine.prediction.deciding``)."""
LOOSER: Final = _("The law of your country, {country}, asks: {law}. This campaign: {here}.")
NIGHT: Final = tuple(Period(day, start, end) for day in range(7) for start, end in ((0, 8 * 60), (21 * 60, 24 * 60)))


def problems(campaign: Campaign, *, now: Instant) -> list[Invalid]:
    """Everything that keeps the draft from being created, each with its field and remedy."""
    return [*_itself(campaign, now), *_hotlines(campaign), *_agents(campaign)]


def _itself(campaign: Campaign, now: Instant) -> Iterator[Invalid]:
    if not campaign.name:
        yield no.Required(field="name")
    if campaign.mode not in OFFERED_MODES:
        yield no.ModeNotOffered(field="mode")
    if campaign.end_at and campaign.end_at <= now:
        yield no.EndInPast(field="end_at")
    if schedule(campaign).never:
        yield no.NoCommonHours(field="hours")
    has_tasks = campaign.tasks.exists()
    if campaign.goal == Goal.EXHAUST and not campaign.tasks_to_build and not has_tasks:
        yield no.NoContacts(field="contacts")
    results = campaign.result_set
    if results and not results.results.filter(active=True).exists():
        yield no.NoResults(field="result_set")


def _hotlines(campaign: Campaign) -> Iterator[Invalid]:
    chosen = list(campaign.hotlines.all())
    if campaign.caller_id == CallerIdPolicy.RANDOM_ALL:
        count = Hotline.objects.filter(organisation_id=campaign.organisation_id, enabled=True).count()
        if count < 2:
            yield no.TooFewHotlines(field="hotlines", count=count)
        return
    if not chosen:
        yield no.NoHotline(field="hotlines")
    elif campaign.caller_id == CallerIdPolicy.SINGLE and len(chosen) > 1:
        yield no.OneHotlineOnly(field="hotlines")
    elif campaign.caller_id == CallerIdPolicy.RANDOM_CHOSEN and len(chosen) < 2:
        yield no.TooFewHotlines(field="hotlines", count=len(chosen))
    yield from (no.HotlineDisabled(field="hotlines", number=row.number) for row in chosen if not row.enabled)


def _agents(campaign: Campaign) -> Iterator[Invalid]:
    count, limit = len(people_of(campaign)), campaign.organisation.campaign_agents_limit
    if count > limit:
        yield no.TooManyAgents(field="agents", limit=limit, count=count)
    if not campaign.agents.exists() and not campaign.groups.exists():
        yield no.NoAgents(field="agents")


@dataclass(frozen=True, slots=True)
class Warning:
    """Something that may be meant as it is. ``text`` has placeholders for ``facts``."""

    code: str
    field: str
    text: str | Promise
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def detail(self) -> str:
        return str(self.text).format_map(self.facts)


def warnings(campaign: Campaign) -> list[Warning]:
    return list(_warnings(campaign))


def _warnings(campaign: Campaign) -> Iterator[Warning]:
    hours = schedule(campaign)
    if not hours.never and (not hours.periods or common(hours.periods, NIGHT)):
        yield Warning("night_calls", "hours", _("Calls could go out between 21:00 and 08:00."))
    if campaign.mode != DialMode.PREVIEW and campaign.max_wait <= campaign.agent_ring:
        yield Warning(
            "no_second_agent",
            "max_wait",
            _("The customer waits no longer than one agent is rung, so a second agent would never ring."),
        )
    if campaign.mode == DialMode.PREDICTIVE and campaign.max_abandon is None:
        yield Warning(
            "no_limit",
            "max_abandon",
            _("Abandoned calls have no limit. Many countries set one, often 3 of 100 answered calls."),
        )
    for point, field, told in looser_than_law(campaign, hours):
        yield Warning(f"law_{point}", field, LOOSER, told)
    if campaign.mode == DialMode.PREDICTIVE and 0 < len(people_of(campaign)) < FEW:
        yield Warning(
            "small_team",
            "agents",
            _("With a single agent nobody is dialled ahead: Predictive works like Progressive."),
        )
    if campaign.goal == Goal.EXHAUST and campaign.end_at is None:
        yield Warning("no_end", "end_at", _("There is no end time: the campaign ends when every contact is done."))
    cap = campaign.organisation.frequency_cap
    fastest = min([campaign.gap, *(int(plan["wait"]) for plan in campaign.retries.values())])
    if cap and campaign.max_attempts > cap and fastest * cap < 86_400:
        yield Warning(
            "frequency_cap",
            "max_attempts",
            _("A number is called at most {cap} times in 24 hours; further attempts will be put off."),
            {"cap": cap},
        )
    if not campaign.result_set_id:
        yield Warning("default_results", "result_set", _("No result set is chosen: the default one is used."))
    same = Campaign.objects.filter(organisation_id=campaign.organisation_id, name__iexact=campaign.name)
    if campaign.name and same.exclude(pk=campaign.pk).exclude(state="archived").exists():
        yield Warning("same_name", "name", _("Another campaign has the same name."))
