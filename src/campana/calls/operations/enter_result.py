"""What the agent says of a conversation (CAM-341 to CAM-344).

The attempt keeps the result; the engine hears of it through the mailbox and decides what follows for the task.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.rights import unchanged
from campana.calls.models import Attempt
from campana.calls.operations.hours import check_hours
from campana.calls.permissions import attempt_scope
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotAllowed, NotFound, Refused
from campana.kernel.stamps import stamp
from campana.relay import facts, mailbox
from campana.scripts.models import Result

FURTHEST: Final = timedelta(days=366)


class NoConversation(Refused):
    code = "no_conversation"
    detail = "Nobody has talked with an agent in this attempt, so there is nothing to say about it yet."


class ResultClosed(Refused):
    code = "result_closed"
    detail = "The result could be corrected until the end of the day after the call; a supervisor still can."


class ResultNotOffered(Invalid):
    code = "result_not_offered"
    detail = "This campaign does not offer that result."


class CallbackNeeded(Invalid):
    code = "callback_needed"
    detail = "This result asks when to call back."


class CallbackNotAsked(Invalid):
    code = "callback_not_asked"
    detail = "Only a result of the class call back takes a time to call back."


class NoteNeeded(Invalid):
    code = "note_needed"
    detail = "This result needs a note: write what was said."


class CallbackTooSoon(Invalid):
    code = "callback_too_soon"
    detail = "The time to call back has passed."


class CallbackTooLate(Invalid):
    code = "callback_too_late"
    detail = "The campaign will have ended by then, or it is more than a year away."


def enter_result(
    *,
    attempt_id: int,
    result_id: int,
    actor: Actor,
    now: Instant,
    note: str = "",
    callback_at: Instant | None = None,
    callback_to_me: bool = False,
    seen: str | None = None,
) -> Attempt:
    """Enter or correct the result of an attempt.

    Agents with ``calls.make`` do so for their own conversations until the end of the next day, holders of
    ``results.manage`` always. The same words again change nothing. Raises the refusals above, NotFound, NotAllowed,
    and ChangedMeanwhile when ``seen`` is no longer the stamp of what was said.
    """
    with transaction.atomic():
        attempt = _locked(attempt_id, actor)
        _check_right(attempt, actor, now)
        if attempt.agent_id is None or attempt.connected_at is None:  # what is said of a ringing call, no engine keeps
            raise NoConversation
        result = _offered(attempt, result_id)
        _check_callback(attempt, result, callback_at, now)
        if callback_at is not None and callback_at != attempt.callback_at and not actor.can(permissions.RESULTS_MANAGE):
            check_hours(attempt, callback_at)
        if result.note_required and not note.strip():
            raise NoteNeeded(field="note")
        said = (result.pk, note, callback_at, callback_to_me)
        if said == (attempt.result_id, attempt.note, attempt.callback_at, attempt.callback_to_me):
            return attempt
        unchanged(seen, stamp_of(attempt))
        attempt.result, attempt.note, attempt.result_at = result, note, now
        attempt.callback_at, attempt.callback_to_me = callback_at, callback_to_me
        attempt.save(update_fields=["result", "note", "callback_at", "callback_to_me", "result_at"])
        _tell(attempt, result, now)
    return attempt


def stamp_of(attempt: Attempt) -> str:
    return stamp(attempt.result_id, attempt.note, attempt.callback_at)


def _locked(attempt_id: int, actor: Actor) -> Attempt:
    found = (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("campaign", "agent", "result")
        .filter(attempt_scope(actor), organisation=actor.organisation, pk=attempt_id)
        .first()
    )
    if found is None:
        raise NotFound(kind="attempt")
    return found


def _check_right(attempt: Attempt, actor: Actor, now: Instant) -> None:
    if actor.can(permissions.RESULTS_MANAGE):
        return
    actor.require(permissions.CALLS_MAKE)
    if actor.user is None or attempt.agent is None or attempt.agent.user_id != actor.user.pk:
        raise NotAllowed(permission=permissions.RESULTS_MANAGE)
    zone = ZoneInfo(actor.organisation.time_zone)
    day = (attempt.ended_at or now).astimezone(zone).date()
    if now >= datetime.combine(day + timedelta(days=2), time(), zone):
        raise ResultClosed


def _offered(attempt: Attempt, result_id: int) -> Result:
    """The result, when the campaign's set (or the default one) holds it. An inactive one may only be kept."""
    results = Result.objects.filter(organisation_id=attempt.organisation_id, pk=result_id)
    chosen = attempt.campaign.result_set_id if attempt.campaign else None
    if chosen is not None:
        results = results.filter(result_set_id=chosen)
    else:
        results = results.filter(result_set__is_default=True)
    found = results.first()
    if found is None or not (found.active or found.pk == attempt.result_id):
        raise ResultNotOffered(field="result_id")
    return found


def _check_callback(attempt: Attempt, result: Result, callback_at: Instant | None, now: Instant) -> None:
    if result.result_class != Result.Class.CALL_BACK:
        if callback_at is not None:
            raise CallbackNotAsked(field="callback_at")
        return
    if callback_at is None:
        raise CallbackNeeded(field="callback_at")
    if callback_at == attempt.callback_at:
        return
    if callback_at <= now:
        raise CallbackTooSoon(field="callback_at")
    end = attempt.campaign.end_at if attempt.campaign is not None else None
    if callback_at > now + FURTHEST or (end is not None and callback_at >= end):
        raise CallbackTooLate(field="callback_at")


def _tell(attempt: Attempt, result: Result, now: Instant) -> None:
    callback_at = attempt.callback_at.isoformat() if attempt.callback_at else None
    mailbox.post(
        organisation_id=attempt.organisation_id,
        kind="result",
        now=now,
        agent=attempt.agent_id,
        attempt=attempt.pk,
        result_id=result.pk,
        result_class=result.result_class,
        callback_at=callback_at,
        callback_to_me=attempt.callback_to_me,
    )
    event = {
        "attempt_id": attempt.pk,
        "campaign_id": attempt.campaign_id,
        "task_id": attempt.task_id,
        "contact_id": attempt.contact_id,
        "agent_id": attempt.agent_id,
        "result": {"id": result.pk, "name": result.name, "class": result.result_class},
        "callback_at": callback_at,
        "callback_to_me": attempt.callback_to_me,
        "at": now.isoformat(),
    }
    facts.publish(attempt.organisation_id, [(facts.RESULT_ENTERED, event)], now)
