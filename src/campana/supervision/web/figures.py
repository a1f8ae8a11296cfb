"""The Live tab of a campaign: everything its template shows, worked out once a second for all who look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from campana.accounts.actors import Actor
from campana.accounts.permissions import CALLS_VIEW
from campana.calls import queries as calls
from campana.calls.models import Attempt
from campana.campaigns.models import Campaign
from campana.campaigns.queries.people import states_of
from campana.campaigns.queries.statistics import per_agent, statistics, task_counts
from campana.campaigns.queries.why import Reason, why_not_dialling
from campana.campaigns.snapshot import configs_of
from campana.engine.words import AgentState, RefusalCode, TaskState
from campana.kernel.clock import Instant
from campana.supervision import queries, words
from campana.supervision.queries.day import Day, last_day, lately_lost
from campana.supervision.queries.expected import done_lately, enough, expected_end
from campana.supervision.queries.occupancy import occupancy
from campana.supervision.queries.pace import Slip, pace
from campana.supervision.web.narrowing import address_of
from campana.ui import moments
from campana.ui.parts import Bar, Column
from campana.ui.templatetags.ui import language
from campana.ui.words import said

CALLS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Why:
    """One line of "why is nothing dialling?"."""

    kind: str
    text: str
    reason: Reason
    address: str = ""


def live_figures(campaign: Campaign, actor: Actor, now: Instant) -> dict[str, Any]:
    zone = campaign.organisation.time_zone
    config = next(iter(configs_of([campaign])))
    people, tasks, live = states_of(campaign), task_counts(campaign), calls.live_calls(campaign.organisation_id)
    figures = statistics(campaign, tasks)
    why = why_not_dialling(campaign, now=now, config=config, people=people, tasks=tasks)
    day = last_day(campaign, zone, now)
    everybody = actor.can(CALLS_VIEW)
    done = done_lately([campaign.pk], now).get(campaign.pk, Counter()) if enough(day.busy_slots, now) else Counter()
    seats = queries.floor(actor, people) if everybody else []
    lost, answers = lately_lost(campaign)
    paced = pace(campaign, people, live.get(campaign.pk, ()))
    silent = day.silent(campaign.false_machines) if config.detect else 0.0
    return {
        "figures": figures,
        "retries": figures.by_state.get(TaskState.PLANNED, 0),
        "uncalled": figures.waiting - figures.by_state.get(TaskState.PLANNED, 0),
        "day": day,
        "today": day.day == now.astimezone(ZoneInfo(zone)).date(),
        "chart": _chart(day, now),
        "outcomes": outcome_bars(day.outcomes if day.attempts else Counter(figures.by_outcome)),
        "ended": day.outcomes.total(),
        "limit": campaign.max_abandon,
        "lost": lost,
        "lately": answers,
        "lost_share": lost / answers if answers else None,
        "over": _is_over(campaign.max_abandon, lost, answers),
        "silent": silent,
        "silent_share": (day.lost + silent) / (day.answers + silent) if silent else None,
        "occupancy": occupancy(campaign.organisation_id, people, now),
        "expected": expected_end(
            campaign, config, still_open=figures.waiting + figures.in_progress, busy_slots=day.busy_slots, done=done,
            now=now,
        ),
        "pace": paced,
        "bound": words.bound(paced.bound) if isinstance(paced, Slip) else None,
        "stops": [Why(*words.why(reason.code), reason) for reason in why.stops if not _is_work(reason, figures.live)],
        "reasons": [_why(campaign, reason, everybody) for reason in why.contacts if not reason.final],
        "never": [_why(campaign, reason, everybody) for reason in why.contacts if reason.final],
        "results": calls.results(campaign.organisation_id, figures.by_result),
        "agents": agent_bars(seats),
        "signed_in": sum(seat.agent.state != AgentState.OFFLINE for seat in seats),
        "seats": seats,
        "people": per_agent(campaign, actor) if everybody else [],
        "talks": _calls_now(live.get(campaign.pk, ())) if everybody else [],
        "everybody": everybody,
    }  # fmt: skip


def _is_over(limit: float | None, lost: int, answers: int) -> bool:
    return limit is not None and bool(answers) and lost / answers > limit


def _is_work(reason: Reason, live: int) -> bool:
    """Everybody talks: no agent is free because calls are out. That is no obstacle but the work."""
    return bool(live) and reason.code == RefusalCode.NO_AGENT


def _why(campaign: Campaign, reason: Reason, sees_contacts: bool) -> Why:
    kind, text = words.why(reason.code)
    return Why(kind, text, reason, address_of(campaign, reason) if sees_contacts else "")


def outcome_bars(outcomes: Counter[str]) -> list[Bar]:
    total = outcomes.total()
    rows = sorted(outcomes.items(), key=lambda row: (-row[1], row[0]))
    made = []
    for code, count in rows:
        kind, word = said("outcome", code)
        made.append(Bar(word, count, kind, moments.percent(count / total, language())))
    return made


def agent_bars(seats: list[queries.Seat]) -> list[Bar]:
    """Signed-in states first, in the order of the floor; nobody in a state is no line."""
    counts = Counter(seat.agent.state for seat in seats)
    order = [state for state in reversed(AgentState) if counts[state]]
    return [Bar(said("agent", state)[1], counts[state], said("agent", state)[0]) for state in order]


def _chart(day: Day, now: Instant) -> dict[str, Any] | None:
    if not day.hours:
        return None
    heads = [f"{hour.start:%H}" for hour in day.hours]
    if day.hours[-1].start <= now < day.hours[-1].start.replace(minute=59, second=59):
        heads[-1] = _("{hour} so far").format(hour=heads[-1])
    columns = [
        Column(_("Attempts"), [hour.attempts for hour in day.hours]),
        Column(_("Answers"), [hour.answers for hour in day.hours], "talking"),
    ]
    return {"heads": heads, "columns": columns}


def _calls_now(live: Collection[int]) -> list[Attempt]:
    rows = Attempt.objects.filter(pk__in=live, ended_at__isnull=True)
    return list(rows.select_related("contact", "agent__user", "task").order_by("-pk")[:CALLS_SHOWN])
