"""The smallest world that still breaks the same rule: fewer misfortunes, people, campaigns, contacts, a shorter day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from campana.sim.acts import Act
from campana.sim.faults import Faults, Strike
from campana.sim.laws import Fixed
from campana.sim.plan import ShiftPlan
from campana.sim.report import ShiftReport
from campana.sim.storm.run import run_plan

Item = TypeVar("Item")
Breaks = Callable[[ShiftPlan], bool]

MOST_RUNS = 600
RATES = ("duplicate", "late", "lost", "switch_errors")
WITHOUT: tuple[Callable[[Faults], Faults], ...] = (
    lambda faults: replace(faults, duplicate=0.0),
    lambda faults: replace(faults, late=0.0),
    lambda faults: replace(faults, lost=0.0),
    lambda faults: replace(faults, switch_errors=0.0),
)
NEVER = Fixed(10_000_000.0)
CALM_HABITS: tuple[dict[str, Any], ...] = (
    {"calls_by_hand": NEVER},
    {"fumbles": None},
    {"loses_telephone": 0.0},
    {"leaves_mid_dial": 0.0},
    {"works": NEVER},
    {"misses": 0.0, "refuses": 0.0},
    {"skips": 0.0, "holds": 0.0, "declines_offer": 0.0, "ignores_offer": 0.0},
    {"opens_screen_late": 0.0, "extends": 0.0, "ready_early": 0.0, "writes_during_talk": 0.0, "writes_late": 0.0},
)


def shrink(plan: ShiftPlan, report: ShiftReport, *, most: int = MOST_RUNS) -> tuple[ShiftPlan, int]:
    """The smallest plan found, and how many runs it took. ``report``: of ``plan``, with at least one violation."""
    rule = report.violations[0].rule
    runs = 0

    def breaks(candidate: ShiftPlan) -> bool:
        nonlocal runs
        runs += 1
        return runs <= most and any(found.rule == rule for found in run_plan(candidate).violations)

    smaller = None
    while smaller != plan and runs < most:
        smaller, plan = plan, _pass(plan, rule, breaks)
    return plan, runs


def _pass(plan: ShiftPlan, rule: str, breaks: Breaks) -> ShiftPlan:
    plan = _shorter(plan, rule, breaks)
    plan = _fewer(plan, plan.strikes, _with_strikes, breaks)
    plan = _fewer(plan, plan.acts, _with_acts, breaks)
    plan = _calmer(plan, breaks)
    plan = _fewer(plan, plan.campaigns, _with_campaigns, breaks, least=1)
    plan = _fewer(plan, plan.agents, lambda p, some: replace(p, agents=tuple(some)), breaks, least=1)
    plan = _fewer(plan, plan.contacts, _with_contacts, breaks, least=1)
    return _fewer(plan, plan.tasks, lambda p, some: replace(p, tasks=tuple(some)), breaks)


def _fewer(
    plan: ShiftPlan,
    items: Sequence[Item],
    build: Callable[[ShiftPlan, Sequence[Item]], ShiftPlan],
    breaks: Breaks,
    *,
    least: int = 0,
) -> ShiftPlan:
    """Delta debugging: leave out halves, then quarters, down to single items."""
    kept, size = list(items), max(1, len(items) // 2)
    while kept and size >= 1:
        at = 0
        while at < len(kept):
            fewer = kept[:at] + kept[at + size :]
            if len(fewer) >= least and breaks(build(plan, fewer)):
                kept = fewer
            else:
                at += size
        size //= 2
    return build(plan, kept)


def _with_strikes(plan: ShiftPlan, some: Sequence[Strike]) -> ShiftPlan:
    return replace(plan, strikes=tuple(some))


def _with_acts(plan: ShiftPlan, some: Sequence[Act]) -> ShiftPlan:
    return replace(plan, acts=tuple(some))


def _with_campaigns(plan: ShiftPlan, some: Sequence[Any]) -> ShiftPlan:
    ids = {campaign.id for campaign in some}
    return replace(plan, campaigns=tuple(some), tasks=tuple(t for t in plan.tasks if t.campaign_id in ids))


def _with_contacts(plan: ShiftPlan, some: Sequence[Any]) -> ShiftPlan:
    ids = {contact_id for contact_id, _ in some}
    return replace(plan, contacts=tuple(some), tasks=tuple(t for t in plan.tasks if t.contact_id in ids))


def _shorter(plan: ShiftPlan, rule: str, breaks: Breaks) -> ShiftPlan:
    """End the day just after the break, or earlier when the rule is judged at the end."""
    found = next((v for v in run_plan(plan).violations if v.rule == rule), None)
    if found is None:
        return plan
    candidates = [datetime.fromisoformat(found.at) + timedelta(seconds=1) - plan.start]
    candidates += [plan.length * share for share in (0.25, 0.5, 0.75)]
    for length in candidates:
        shorter = replace(plan, length=length, strikes=tuple(s for s in plan.strikes if s.at < plan.start + length))
        if timedelta(0) < length < plan.length and breaks(shorter):
            return shorter
    return plan


def _calmer(plan: ShiftPlan, breaks: Breaks) -> ShiftPlan:
    candidates: list[Callable[[ShiftPlan], ShiftPlan]] = [_without(change) for change in WITHOUT]
    candidates += [_behaving(change) for change in CALM_HABITS]
    candidates += [
        lambda p: replace(p, batch_window=timedelta(0)),
        lambda p: replace(p, organisation=replace(p.organisation, licence_calls=100, reserved_calls=0)),
        lambda p: replace(p, organisation=replace(p.organisation, frequency_cap=0)),
        lambda p: replace(p, suppressed=()),
    ]
    for candidate in candidates:
        calmer = candidate(plan)
        if calmer != plan and breaks(calmer):
            plan = calmer
    return plan


def _without(change: Callable[[Faults], Faults]) -> Callable[[ShiftPlan], ShiftPlan]:
    return lambda plan: replace(plan, faults=change(plan.faults))


def _behaving(change: dict[str, Any]) -> Callable[[ShiftPlan], ShiftPlan]:
    return lambda plan: replace(plan, habits=replace(plan.habits, **change))


# --- in words -----------------------------------------------------------------------------------------


def describe(plan: ShiftPlan) -> list[str]:
    """What is left of a world, a line each."""
    lines = [
        f"start {plan.start:%Y-%m-%d %H:%M} UTC, {plan.length.total_seconds():.0f} s, "
        f"batches of {plan.batch_window.total_seconds() * 1000:.0f} ms, "
        f"{'one transaction' if plan.one_transaction else 'tasks read apart'}",
        f"organisation: {_differs(plan.organisation, skip=('id', 'time_zone', 'calling_hours'))}",
    ]
    rates = {name: getattr(plan.faults, name) for name in RATES if getattr(plan.faults, name)}
    if rates:
        lines.append("events: " + ", ".join(f"{name} {share:.3f}" for name, share in rates.items()))
    lines += [f"strike {strike.at:%H:%M:%S} {strike.fault}" for strike in plan.strikes]
    lines += [f"manager {act.at:%H:%M:%S} {act.name}" for act in plan.acts]
    lines += [
        f"campaign {each.id}: {_differs(each, skip=('id', 'organisation_id', 'zones'))}" for each in plan.campaigns
    ]
    lines += [f"agent {each.id}: campaigns {sorted(each.campaigns)}" for each in plan.agents]
    lines += [f"trunk {each.id}: {each.channels} channels, {each.calls_per_second:g}/s" for each in plan.trunks]
    lines += [f"contact {contact}: {', '.join(number for number, _ in numbers)}" for contact, numbers in plan.contacts]
    lines += [f"task {task.id}: contact {task.contact_id} of campaign {task.campaign_id}" for task in plan.tasks]
    return lines


def _differs(config: Any, *, skip: tuple[str, ...]) -> str:
    """The fields that are not as usual."""
    shown = []
    for each in fields(config):
        value = getattr(config, each.name)
        if each.name not in skip and value != each.default:
            shown.append(f"{each.name}={value}")
    return ", ".join(shown)
