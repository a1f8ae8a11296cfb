"""A campaign as a file: TOML in, a plan out. docs/guide and docs/examples say what may stand in it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from campana.engine.config import CampaignConfig, HotlineConfig, OrganisationConfig, RetryPlan, TrunkConfig
from campana.engine.modes import MODES
from campana.engine.words import CampaignState, DialMode, LocalTime, ResultClass
from campana.kernel.ids import CampaignId, HotlineId, OrganisationId, TrunkId
from campana.kernel.phone import phone_number
from campana.kernel.windows import Period, Schedule
from campana.sim.campaign.plan import RESULTS, Cohort, Laws, Plan, Shift
from campana.sim.laws import Between, Memoryless, Talk

WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class BadScenario(ValueError):
    """The file says something that can not be simulated."""


def read(path: Path) -> Plan:
    """Raises BadScenario with words for whoever wrote the file."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        return plan_of(given)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as problem:
        what = f"{problem.args[0]!r} is missing" if isinstance(problem, KeyError) else problem
        raise BadScenario(f"{path.name}: {what}") from problem


def plan_of(given: Mapping[str, Any]) -> Plan:
    zone = str(given.get("time_zone", "UTC"))
    settings = dict(given.get("campaign", {}))
    campaign = _campaign(settings, _schedule(given))
    lines = given.get("lines", {})
    return Plan(
        start=_start(given, zone),
        organisation=OrganisationConfig(OrganisationId(1), zone, licence_calls=int(lines.get("licence", 1000))),
        campaign=campaign,
        trunks=(
            TrunkConfig(
                TrunkId(1),
                "trunk",
                channels=int(lines.get("channels", 100)),
                calls_per_second=float(lines.get("calls_per_second", 10)),
            ),
        ),
        hotlines=(HotlineConfig(HotlineId(1), phone_number("84280000001"), TrunkId(1)),),
        shifts=tuple(_shift(each) for each in given["shifts"]),
        cohorts=tuple(
            Cohort(int(each["contacts"]), str(each.get("time_zone", zone)), int(each.get("rounds", 0)))
            for each in given["contacts"]
        ),
        laws=_laws(given.get("calls", {})),
    )


def changed(plan: Plan, setting: str) -> Plan:
    """The plan with ``key=value`` of the campaign's settings (or ``agents=N``). Raises BadScenario."""
    name, _, written = setting.partition("=")
    try:
        if name == "agents":
            return replace(plan, shifts=(replace(plan.shifts[0], agents=int(written)),))
        value = _value(getattr(plan.campaign, name), written)
        return replace(plan, campaign=replace(plan.campaign, **{name: value}))
    except (AttributeError, TypeError, ValueError, IndexError) as problem:
        raise BadScenario(f"{setting}: there is no such setting, or it can not be that") from problem


def _value(present: Any, written: str) -> Any:
    if isinstance(present, bool):
        return written in {"true", "yes", "1"}
    if isinstance(present, timedelta):
        return timedelta(seconds=float(written))
    if isinstance(present, DialMode):
        return mode_of(written)
    return type(present)(written) if present is not None else float(written)


def mode_of(written: str) -> DialMode:
    if written not in {mode.value for mode in MODES}:
        raise BadScenario(f"the dial mode {written!r} is not one of {', '.join(sorted(MODES))}")
    return DialMode(written)


def _start(given: Mapping[str, Any], zone: str) -> datetime:
    start = given["start"]
    if isinstance(start, datetime):
        return (start if start.tzinfo else start.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    if isinstance(start, date):
        return datetime.combine(start, time(0), ZoneInfo(zone)).astimezone(UTC)
    raise BadScenario("start is no date or time")


def _schedule(given: Mapping[str, Any]) -> Schedule:
    periods = [period for each in given.get("hours", ()) for period in _periods(each)]
    holidays = frozenset(given.get("holidays", ()))
    return Schedule.of(periods, holidays=holidays)


def _periods(given: Mapping[str, Any]) -> list[Period]:
    days = [WEEK.index(day) for day in given.get("days", WEEK[:5])]
    return [Period(day, _minutes(given["from"]), _minutes(given["to"])) for day in days]


def _minutes(clock: Any) -> int:
    if isinstance(clock, time):
        return clock.hour * 60 + clock.minute
    hours, _, minutes = str(clock).partition(":")
    return int(hours) * 60 + int(minutes or 0)


def _shift(given: Mapping[str, Any]) -> Shift:
    hours = Schedule.of(_periods(given)) if "from" in given else Schedule()
    return Shift(int(given["agents"]), hours, given.get("first"), given.get("last"))


def _campaign(given: dict[str, Any], schedule: Schedule) -> CampaignConfig:
    mode = mode_of(str(given.pop("mode", DialMode.PROGRESSIVE)))
    retry = RetryPlan(int(given.pop("max_attempts", 3)), timedelta(minutes=float(given.pop("gap_minutes", 30))))
    local_time = LocalTime(given.pop("local_time", LocalTime.OFF))
    end_at = given.pop("end_at", None)
    config = CampaignConfig(
        CampaignId(1),
        OrganisationId(1),
        mode,
        CampaignState.DRAFT,
        schedule=schedule,
        retry=retry,
        local_time=local_time,
        end_at=end_at.astimezone(UTC) if end_at else None,
    )
    for name, written in given.items():
        if not hasattr(config, name):
            raise BadScenario(f"campaign.{name}: there is no such setting")
        config = replace(config, **{name: _value(getattr(config, name), str(written).lower())})
    return config


def _laws(given: Mapping[str, Any]) -> Laws:
    plain = Laws()
    results = given.get("results")
    return Laws(
        answer=float(given.get("answered", plain.answer)),
        by_hour=_by_hour(given.get("by_hour", {})),
        by_round=tuple(float(each) for each in given.get("by_round", (1.0,))),
        rings=Memoryless(float(given.get("rings", 9.0)), floor=3.0),
        patience=Memoryless(float(given.get("patience", 20.0)), floor=1.0),
        talks=Talk(float(given.get("talks", 100.0)), float(given.get("talks_vary", 0.7))),
        wraps=Memoryless(float(given.get("writes", 8.0)), floor=1.0),
        results={ResultClass(name): float(share) for name, share in results.items()} if results else RESULTS,
        calls_back_in=Between(1800.0, 3600 * float(given.get("calls_back_within_hours", 24))),
        present=float(given.get("present", plain.present)),
    )


def _by_hour(given: Mapping[str, Any]) -> tuple[float, ...]:
    factors = [1.0] * 24
    for hour, factor in given.items():
        factors[int(hour)] = float(factor)
    return tuple(factors)
