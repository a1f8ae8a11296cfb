"""A campaign as a file: TOML in, a plan out. docs/guide and docs/examples say what may stand in it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from campana.engine.config import CampaignConfig, HotlineConfig, OrganisationConfig, TrunkConfig
from campana.engine.words import CampaignState, DialMode
from campana.kernel.clock import Instant
from campana.kernel.ids import CampaignId, HotlineId, OrganisationId, TrunkId
from campana.kernel.phone import phone_number
from campana.kernel.windows import Schedule
from campana.sim.campaign import file
from campana.sim.campaign.file import BadScenario, mode_of, understood
from campana.sim.campaign.plan import RESULTS, Cohort, Laws, Plan, Shift
from campana.sim.laws import Between, Memoryless, Talk

__all__ = ["BadScenario", "changed", "mode_of", "plan_of", "read"]


def read(path: Path) -> Plan:
    """Raises BadScenario with words for whoever wrote the file."""
    try:
        return plan_of(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadScenario(f"{path.name} is no TOML file: {problem}") from problem
    except BadScenario as problem:
        raise BadScenario(f"{path.name}:\n{problem}") from problem


def plan_of(given: Mapping[str, Any]) -> Plan:
    """Raises BadScenario."""
    said = understood(file.Scenario, given)
    periods = [period for hours in said.hours for period in hours.periods()]
    config = CampaignConfig(
        CampaignId(1),
        OrganisationId(1),
        DialMode.PROGRESSIVE,
        CampaignState.DRAFT,
        schedule=Schedule.of(periods, holidays=said.holidays),
    )
    lines = said.lines
    return Plan(
        start=_instant(said.start, said.time_zone),
        organisation=OrganisationConfig(OrganisationId(1), said.time_zone, licence_calls=lines.licence),
        campaign=_with(config, said.campaign, said.time_zone),
        trunks=(TrunkConfig(TrunkId(1), "trunk", channels=lines.channels, calls_per_second=lines.calls_per_second),),
        hotlines=(HotlineConfig(HotlineId(1), phone_number("84280000001"), TrunkId(1)),),
        shifts=tuple(Shift(each.agents, Schedule.of(each.periods()), each.first, each.last) for each in said.shifts),
        cohorts=tuple(Cohort(each.contacts, each.time_zone or said.time_zone, each.rounds) for each in said.contacts),
        laws=_laws(said.calls),
    )


def changed(plan: Plan, setting: str) -> Plan:
    """The plan with ``key=value`` of the campaign's settings, or so many people over the same shifts (``agents=N``).

    Raises BadScenario.
    """
    name, _, written = setting.partition("=")
    try:
        if name == "agents":
            agents = understood(file.Shift, {name: written}).agents
            return replace(plan, shifts=_shared(plan.shifts, agents))
        said = understood(file.Settings, {name: written})
    except BadScenario as problem:
        raise BadScenario(f"{setting}: {problem}") from problem
    return replace(plan, campaign=_with(plan.campaign, said, plan.zone))


def _shared(shifts: tuple[Shift, ...], agents: int) -> tuple[Shift, ...]:
    """So many people in the proportions of the shifts; where nobody was, whenever the campaign calls."""
    whole, before, given = sum(shift.agents for shift in shifts), 0, 0
    if not whole:
        return (Shift(agents),)
    shared = []
    for shift in shifts:
        before += shift.agents
        upto = round(agents * before / whole)
        shared.append(replace(shift, agents=upto - given))
        given = upto
    return tuple(shift for shift in shared if shift.agents)


def _with(config: CampaignConfig, said: file.Settings, zone: str) -> CampaignConfig:
    given = said.given()
    retry = config.retry
    if "max_attempts" in given:
        retry = replace(retry, max_attempts=given.pop("max_attempts"))
    if "gap_minutes" in given:
        retry = replace(retry, gap=timedelta(minutes=given.pop("gap_minutes")))
    if "end_at" in given:
        given["end_at"] = _instant(given["end_at"], zone)
    for name, value in given.items():
        if isinstance(getattr(config, name), timedelta):
            given[name] = timedelta(seconds=value)
    return replace(config, retry=retry, **given)


def _instant(moment: datetime | date, zone: str) -> Instant:
    """Of a moment with its offset, or on the clock of ``zone``; a day begins at midnight."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(0))
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _laws(calls: file.Calls) -> Laws:
    return Laws(
        answer=calls.answered,
        by_hour=tuple(calls.by_hour.get(hour, 1.0) for hour in range(24)),
        by_round=tuple(calls.by_round),
        rings=Memoryless(calls.rings, floor=3.0),
        patience=Memoryless(calls.patience, floor=1.0),
        talks=Talk(calls.talks, calls.talks_vary),
        wraps=Memoryless(calls.writes, floor=1.0),
        results=calls.results or RESULTS,
        calls_back_in=Between(1800.0, 3600 * calls.calls_back_within_hours),
        present=calls.present,
    )
