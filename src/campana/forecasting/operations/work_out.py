"""Working a forecast out: repeated simulation of what is left of the campaign, and of what would change it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from time import perf_counter
from typing import Final

from campana.engine.words import DialMode
from campana.forecasting.answers import Answer, Lever
from campana.forecasting.models import Forecast
from campana.forecasting.queries.evidence import evidence_of
from campana.forecasting.queries.plans import more_lines, plan_of
from campana.forecasting.questions import Question, longer
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused
from campana.sim.campaign.evidence import Evidence
from campana.sim.campaign.outlook import USUAL, Effort, Outlook, outlook
from campana.sim.campaign.plan import Plan, Shift

BROKEN: Final = "broken"
SMALL: Final = Effort(draws=4, walks=6, attempts=400)
"""For each thing that could be changed; compared with an outlook of the same effort and luck."""


def work_out(*, forecast_id: int, clock: Callable[[], Instant], effort: Effort = USUAL, small: Effort = SMALL) -> None:
    """Begun again after a crash it begins anew. What can not be forecast is told as a problem, not raised."""
    rows = Forecast.objects.filter(pk=forecast_id, state__in=[Forecast.State.QUEUED, Forecast.State.RUNNING])
    forecast = rows.select_related("campaign__organisation").first()
    if forecast is None or not rows.update(state=Forecast.State.RUNNING, steps=0):
        return
    began = perf_counter()
    try:
        question = Question.of(forecast.question)
        plan = question.change(plan_of(forecast.campaign, now=clock()))
        evidence = evidence_of(forecast.campaign, now=clock())
        changes = list(_changes(plan)) if not forecast.question else []
        total = effort.draws + (len(changes) + 1 if changes else 0)
        rows.update(steps_total=total)
        told = outlook(
            plan,
            evidence,
            seed=forecast.campaign_id,
            change=question.bend,
            progress=lambda done, of: _note(rows, done),
            effort=effort,
        )
        levers = _levers(plan, evidence, forecast.campaign_id, changes, small, lambda n: _note(rows, effort.draws + n))
    except Refused as refused:
        rows.update(state=Forecast.State.FAILED, problem=refused.code, finished_at=clock())
        return
    except Exception:
        rows.update(state=Forecast.State.FAILED, problem=BROKEN, finished_at=clock())
        raise
    answer = Answer.of(
        told,
        contacts=plan.contacts,
        agents=plan.agents,
        seen=evidence.own.attempts,
        heard=evidence.others.attempts,
        levers=levers,
        seconds=round(perf_counter() - began, 2),
    )
    rows.update(
        state=Forecast.State.FINISHED,
        steps=total,
        early=told.early,
        middle=told.middle,
        late=told.late,
        answer=answer.as_json(),
        finished_at=clock(),
    )


def _note(rows: object, steps: int) -> None:
    rows.update(steps=steps)  # type: ignore[attr-defined]


def _changes(plan: Plan) -> Iterator[tuple[str, float, Plan]]:
    """What a manager could do: more people, an hour more a day, more lines, more calls for each free agent."""
    more = max(1, round(plan.agents * 0.2))
    yield "agents", more, replace(plan, shifts=(Shift(plan.agents + more),))
    config = plan.campaign
    if config.schedule.periods:
        later = replace(plan, campaign=replace(config, schedule=longer(config.schedule, timedelta(hours=1))))
        yield "hours", 1, later
    yield "lines", 2, more_lines(plan)
    if config.mode is DialMode.PROGRESSIVE and config.coefficient < 2:
        step = round(config.coefficient + 0.5, 1)
        yield "coefficient", step, replace(plan, campaign=replace(config, coefficient=step))


def _levers(
    plan: Plan,
    evidence: Evidence,
    seed: int,
    changes: list[tuple[str, float, Plan]],
    effort: Effort,
    progress: Callable[[int], None],
) -> list[Lever]:
    if not changes:
        return []
    base = outlook(plan, evidence, seed=seed, effort=effort)
    progress(1)
    levers = []
    for n, (kind, amount, changed) in enumerate(changes, start=2):
        told = outlook(changed, evidence, seed=seed, effort=effort)
        levers.append(_lever(kind, amount, base, told))
        progress(n)
    return levers


def _lever(kind: str, amount: float, base: Outlook, told: Outlook) -> Lever:
    moved = (told.middle - base.middle).total_seconds() if told.middle and base.middle else None
    return Lever(kind, amount, moved, told.done, told.abandonment.middle, told.occupancy.middle)
