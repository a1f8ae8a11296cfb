"""What a new engine must be told before anything else: the configuration, and what the last one left open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import Q, Sum

from campana.calls.models import Arrival, Attempt, AttemptTally
from campana.campaigns import snapshot
from campana.engine import inputs as i
from campana.engine.config import CampaignConfig
from campana.engine.pacing.governor import LONGEST, MOST_MACHINES, PROMPTLY, RECENT, Answer, Counted
from campana.engine.words import (
    AgentState,
    AttemptState,
    DialMode,
    Outcome,
    Presence,
    RefusalCode,
    ResultClass,
    Verdict,
)
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, ContactId, HotlineId, LegId, ResultId, TrunkId
from campana.kernel.phone import PhoneNumber, phone_number
from campana.runtime.selection import cards
from campana.workforce.models import Agent

LOST_TASK_WAIT = timedelta(minutes=2)
ANSWER_WAIT: Final = timedelta(minutes=5)
"""No call rings so long."""

_OPEN: Final = Q(ended_at=None) | Q(connected_at__isnull=False, wrapped_up_at=None, outcome=Outcome.ANSWERED)
"""Calls outside campaigns that go on, or whose agents had not closed them."""
_RELEASE = (
    "UPDATE campaigns_task SET state = 'waiting', reserved_by = NULL WHERE organisation_id = %s AND state = 'reserved'"
)
_QUIET = (
    "UPDATE workforce_agent SET state = 'offline', state_until = NULL, not_ready_after = false, campaign_id = NULL,"
    " task_id = NULL, attempt_id = NULL WHERE organisation_id = %s"
)
_MEND = """
UPDATE campaigns_task AS t SET state = 'planned', next_at = %(at)s
WHERE t.organisation_id = %(organisation)s AND t.state IN ('in_call', 'wrap_up')
    AND NOT EXISTS (SELECT 1 FROM calls_attempt a WHERE a.task_id = t.id AND (a.ended_at IS NULL
        OR (a.outcome = 'answered' AND a.connected_at IS NOT NULL AND a.wrapped_up_at IS NULL)))
"""


def countdowns(organisation_id: int) -> dict[int, Instant]:
    """When the wrap-up of a conversation was to end, as the last engine left it; it may have been extended."""
    rows = Agent.objects.filter(organisation_id=organisation_id, state=AgentState.WRAP_UP)
    told = rows.values_list("attempt_id", "state_until")
    return {attempt_id: until for attempt_id, until in told if attempt_id and until}


def clear_the_desk(organisation_id: int, now: Instant) -> None:
    """Give back what the last engine had reserved, and forget what its agents did; they will be told anew."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, [organisation_id])
        cursor.execute(_QUIET, [organisation_id])
        cursor.execute(_MEND, {"organisation": organisation_id, "at": now + LOST_TASK_WAIT})


def configuration(organisation_id: int, now: Instant) -> Iterator[i.Input]:
    yield i.OrganisationConfigured(snapshot.organisation(organisation_id))
    for trunk in snapshot.trunks(organisation_id):
        yield i.TrunkConfigured(trunk)
    for hotline in snapshot.hotlines(organisation_id):
        yield i.HotlineConfigured(hotline)
    for agent in snapshot.agents(organisation_id):
        yield i.AgentConfigured(agent)
    for campaign in snapshot.campaigns(organisation_id):
        yield met(campaign, now)


def met(campaign: CampaignConfig, now: Instant) -> i.CampaignConfigured:
    """A campaign that an engine meets: it may have spent of its budget before."""
    predictive = campaign.mode is DialMode.PREDICTIVE
    return i.CampaignConfigured(campaign, pacing(campaign.id, now) if predictive else None)


def open_work(organisation_id: int, now: Instant, ends: Mapping[int, Instant] | None = None) -> Iterator[i.Input]:
    """Attempts without an end, and conversations whose wrap-up was cut short. ``ends``: what ``countdowns`` told."""
    of_tasks = Attempt.objects.filter(organisation_id=organisation_id, task__isnull=False).select_related("result")
    live = list(of_tasks.filter(ended_at=None))
    wrapping = list(
        of_tasks.filter(
            ended_at__isnull=False,
            connected_at__isnull=False,
            wrapped_up_at=None,
            outcome=Outcome.ANSWERED,  # a talk that lost its agent and then its customer has no wrap-up
        )
    )
    found = cards([row.task_id for row in (*live, *wrapping) if row.task_id], frequency_cap=0, now=now)
    by_task = {card.id: card for card in found}
    for row in live:
        yield i.AttemptRestored(
            attempt_id=AttemptId(row.pk),
            card=by_task[row.task_id],  # type: ignore[index]
            state=AttemptState(row.state),
            number_index=row.number_index,
            hotline_id=HotlineId(row.hotline_id),
            trunk_id=TrunkId(row.trunk_id),
            agent_id=AgentId(row.agent_id) if row.agent_id else None,
            offers=row.offers,
            began_at=row.began_at,
            answered_at=row.answered_at,
            connected_at=row.connected_at,
            result=_result(row),
            number=phone_number(row.number),
            verdict=Verdict(row.verdict) if row.verdict else None,
        )
    for row in wrapping:
        yield i.WrapUpRestored(
            attempt_id=AttemptId(row.pk),
            card=by_task[row.task_id],  # type: ignore[index]
            agent_id=AgentId(row.agent_id or 0),
            number_index=row.number_index,
            ended_at=row.ended_at or now,
            result=_result(row),
            until=(ends or {}).get(row.pk),
        )


def calls_by_hand(organisation_id: int) -> Iterator[i.CallRestored]:
    """Calls outside campaigns: those without an end, and talks whose agents had not closed them."""
    rows = Attempt.objects.filter(organisation_id=organisation_id, mode=DialMode.MANUAL, task=None)
    for row in rows.filter(_OPEN, agent__isnull=False).select_related("result"):
        yield i.CallRestored(
            attempt_id=AttemptId(row.pk),
            agent_id=AgentId(row.agent_id or 0),
            number=phone_number(row.number),
            contact_id=ContactId(row.contact_id) if row.contact_id else None,
            hotline_id=HotlineId(row.hotline_id),
            trunk_id=TrunkId(row.trunk_id),
            state=AttemptState(row.state),
            began_at=row.began_at,
            connected_at=row.connected_at,
            result=_result(row),
            offers=row.offers,
        )


def calls_that_came_in(organisation_id: int) -> Iterator[i.ArrivalRestored]:
    """Callers who were there when the last engine went, and talks that nobody had closed."""
    rows = Attempt.objects.filter(_OPEN, organisation_id=organisation_id, mode=DialMode.INBOUND).select_related(
        "result"
    )
    live = list(rows)
    known = Arrival.objects.filter(attempt_id__in=[row.pk for row in live]).values_list("attempt_id", "leg")
    legs = dict(known)
    for row in live:
        refused = str(row.permit.get("inbound", ""))
        yield i.ArrivalRestored(
            attempt_id=AttemptId(row.pk),
            leg=LegId(legs[row.pk]),
            number=PhoneNumber(row.number),
            hotline_id=HotlineId(row.hotline_id),
            trunk_id=TrunkId(row.trunk_id),
            state=AttemptState(row.state),
            agent_id=AgentId(row.agent_id) if row.agent_id else None,
            offers=row.offers,
            began_at=row.began_at,
            answered_at=row.answered_at,
            connected_at=row.connected_at,
            refused=RefusalCode(refused) if refused in set(RefusalCode) else None,
            result=_result(row),
        )


def pacing(campaign_id: CampaignId, now: Instant) -> i.PacingHistory:
    """Live answers of a campaign: the last ones from the log, a month of them from the tallies."""
    answers = Attempt.objects.filter(campaign=campaign_id, answered_at__isnull=False)
    judged = answers.exclude(outcome=Outcome.MACHINE).filter(Q(connected_at__isnull=False) | Q(abandoned=True))
    last = judged.order_by("-answered_at").values_list("answered_at", "connected_at", "ended_at", "abandoned")
    recent = [
        Answer(answered, abandoned=lost, late=(joined or ended or now) > answered + PROMPTLY)
        for answered, joined, ended, lost in reversed(last[:RECENT])
        if answered is not None
    ]
    tallies = AttemptTally.objects.filter(campaign=campaign_id, slot__gte=now - LONGEST - timedelta(days=1))
    machine = Q(outcome=Outcome.MACHINE)
    counted = tallies.values_list("slot").annotate(
        a=Sum("picked_up", filter=~machine, default=0),
        b=Sum("abandoned", filter=~machine, default=0),
        c=Sum("late", filter=~machine, default=0),
        d=Sum("n", filter=machine, default=0),
    )
    machines = Attempt.objects.filter(campaign=campaign_id, outcome=Outcome.MACHINE, verdict_at__isnull=False)
    if recent:
        machines = machines.filter(began_at__gte=recent[0].at - ANSWER_WAIT, verdict_at__gte=recent[0].at)
    heard = machines.order_by("-pk").values_list("verdict_at", flat=True)[:MOST_MACHINES]
    return i.PacingHistory(
        tuple(recent),
        tuple(Counted(*sums) for sums in counted.order_by("slot") if sums[1] or sums[4]),
        tuple(at for at in reversed(heard) if at is not None),
    )


def presences(organisation_id: int) -> Iterator[i.PresenceChanged]:
    for agent in Agent.objects.filter(organisation_id=organisation_id, user__state="active").order_by("pk"):
        yield presence(agent)


def presence(agent: Agent) -> i.PresenceChanged:
    return i.PresenceChanged(AgentId(agent.pk), Presence(agent.wanted), online=agent.online, dialling=agent.dialling)


def _result(row: Attempt) -> i.ResultEntered | None:
    if row.result is None:
        return None
    return i.ResultEntered(
        AgentId(row.agent_id or 0),
        AttemptId(row.pk),
        ResultId(row.result.pk),
        ResultClass(row.result.result_class),
        row.callback_at,
        row.callback_to_me,
    )


def late_mark(given: i.ResultEntered) -> i.LateMarkEntered | None:
    """ "Do not call" for a call outside campaigns that no engine holds any more."""
    if given.result_class is not ResultClass.DO_NOT_CALL:
        return None
    closed = Attempt.objects.filter(pk=given.attempt_id, task=None, wrapped_up_at__isnull=False)
    return i.LateMarkEntered(given.agent_id, given.attempt_id) if closed.exists() else None


def late_result(given: i.ResultEntered, now: Instant) -> i.LateResultEntered | None:
    """A result for a conversation no engine holds: only for a task at rest, whose last attempt it is."""
    row = Attempt.objects.filter(pk=given.attempt_id).select_related("task").first()
    if row is None or row.task is None or row.task.state in {"reserved", "in_call", "wrap_up", "stopped", "deleted"}:
        return None
    if Attempt.objects.filter(task=row.task, pk__gt=row.pk).exists():
        return None
    found = cards([row.task.pk], frequency_cap=0, now=now)
    return i.LateResultEntered(given, found[0]) if found else None
