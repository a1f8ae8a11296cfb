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
        as_it_is = plan_of(forecast.campaign, now=clock())
        plan = question.change(as_it_is)
        evidence = evidence_of(forecast.campaign, now=clock())
        changes = list(_changes(plan)) if not forecast.question else []
        total = effort.draws * (2 if forecast.question else 1) + (len(changes) + 1 if changes else 0)
        rows.update(steps_total=total)
        told = outlook(
            plan,
            evidence,
            seed=forecast.campaign_id,
            change=question.bend,
            progress=lambda done, of: _note(rows, done),
            effort=effort,
        )
        plain = None
        if forecast.question:  # compared with the campaign as it is at this same moment, by the same luck
            plain = outlook(
                as_it_is,
                evidence,
                seed=forecast.campaign_id,
                effort=effort,
                progress=lambda done, of: _note(rows, effort.draws + done),
            )
        levers = _levers(plan, evidence, forecast.campaign_id, changes, small, lambda n: _note(rows, effort.draws + n))
    except Refused as refused:
        rows.update(state=Forecast.State.FAILED, problem=refused.code, finished_at=clock())
        return
    except Exception:
        rows.update(state=Forecast.State.FAILED, problem=BROKEN, finished_at=clock())
        raise
    answer = _answer(told, plan, evidence, levers, began)
    kept = answer.as_json()
    if plain is not None:
        kept["plain"] = _answer(plain, as_it_is, evidence, [], began).as_json()
    rows.update(
        state=Forecast.State.FINISHED,
        steps=total,
        early=told.early,
        middle=told.middle,
        late=told.late,
        answer=kept,
        finished_at=clock(),
    )


def _answer(told: Outlook, plan: Plan, evidence: Evidence, levers: list[Lever], began: float) -> Answer:
    return Answer.of(
        told,
        contacts=plan.contacts,
        agents=plan.agents,
        seen=evidence.own.attempts,
        heard=evidence.others.attempts,
        levers=levers,
        seconds=round(perf_counter() - began, 2),
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
