"""Hearing an agent's talk: listen, whisper to the agent, or join it (CAM-670). Whoever does it is written down."""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.queries import actor_of_user
from campana.calls.models import Arrival, Attempt, Monitor
from campana.calls.operations.end_listening import end_listening
from campana.engine.words import AgentState, DialMode, MonitorMode, Presence
from campana.kernel.clock import Instant
from campana.kernel.ids import AttemptId, customer_leg
from campana.kernel.refusals import Invalid, NotFound, Refused
from campana.relay import mailbox
from campana.supervision.queries import monitors
from campana.workforce import queries as workforce
from campana.workforce.models import Agent

AT_REST: Final = frozenset({AgentState.OFFLINE, AgentState.OFF, AgentState.NOT_READY})
"""Places whose telephone nobody else rings."""


class NoTelephone(Refused):
    code = "no_telephone_to_listen"
    detail = "You have no telephone to listen with. Have yourself entered among the agents, then open your desk."


class DeskClosed(Refused):
    code = "desk_closed"
    detail = "Your telephone is in your desk, which is not open. Open the desk in another tab, then listen."


class TakingCalls(Refused):
    code = "taking_calls"
    detail = "You take calls yourself. Set yourself not ready first, so that no call comes to your telephone meanwhile."


class ListenersDeskClosed(DeskClosed):
    detail = "The telephone of whoever shall listen is in the desk, which is not open."


class ListenerTakesCalls(TakingCalls):
    detail = "Whoever shall listen takes calls. Set this agent not ready first."


class NoListener(Invalid):
    code = "no_listener"
    detail = "Whoever shall listen has no permission to listen to this agent."


class NotTalking(Refused):
    code = "not_talking"
    detail = "This person talks to nobody at the moment."


class ListeningAlready(Refused):
    code = "listening_already"
    detail = "You listen to a talk already. Hang up there first."


class ListensAlready(ListeningAlready):
    detail = "Whoever shall listen hears a talk already. End that first."


class MonitorEnded(Refused):
    code = "monitor_ended"
    detail = "Nobody hears this talk here any more."


class OwnTalk(Invalid):
    code = "own_talk"
    detail = "This is your own talk."


@transaction.atomic
def begin_monitor(
    *,
    actor: Actor,
    agent_id: int,
    listener_id: int | None = None,
    mode: MonitorMode = MonitorMode.LISTEN,
    now: Instant,
) -> Monitor:
    """Ring the actor's own telephone, or the listener's, and let it hear what the agent and the customer say.

    ``listener_id``: for a program, which has no telephone: an agent of its scope who may listen.
    Raises NotFound outside the actor's scope, NoListener, NoTelephone, DeskClosed, TakingCalls, OwnTalk, NotTalking,
    ListeningAlready.
    """
    actor.require(permissions.CAMPAIGNS_LISTEN)
    agent = workforce.agent(actor, agent_id)
    listener = _whoever_listens(actor, listener_id, agent)
    if listener.pk == agent.pk:
        raise OwnTalk(field="agent")
    _can_be_rung(listener, own=listener_id is None)
    attempt = Attempt.objects.filter(organisation=actor.organisation, pk=agent.attempt_id or 0, ended_at=None).first()
    leg = _customers_leg(attempt) if attempt and agent.state == AgentState.IN_CALL else None
    if attempt is None or leg is None:
        raise NotTalking
    untaken = Monitor.objects.filter(
        listener=listener, ended_at=None, began_at=None, asked_at__lt=now - mailbox.UNTAKEN
    )
    untaken.update(ended_at=now, untaken=True)
    try:
        with transaction.atomic():
            row = Monitor.objects.create(
                organisation=actor.organisation,
                listener=listener,
                agent=agent,
                attempt_id=attempt.pk,
                leg=leg,
                mode=mode,
                asked_at=now,
            )
    except IntegrityError:
        raise (ListeningAlready() if listener_id is None else ListensAlready(field="listener_id")) from None
    _record(actor, row, mode, now)
    mailbox.post(organisation_id=row.organisation_id, kind="monitor", now=now, id=row.pk)
    return row


@transaction.atomic
def change_monitor(*, actor: Actor, mode: str, monitor_id: int | None = None, now: Instant) -> Monitor:
    """Listen, whisper or barge from now on: the actor himself, or this one of his scope.

    Raises NotFound where nothing is heard, Invalid for another mode, MonitorEnded.
    """
    actor.require(permissions.CAMPAIGNS_LISTEN)
    row = _mine(actor) if monitor_id is None else _one(actor, monitor_id)
    if row.ended_at is not None:
        raise MonitorEnded
    if mode not in set(MonitorMode):
        raise Invalid(field="mode")
    if row.mode != mode:
        row.mode = mode
        row.save(update_fields=["mode"])
        _record(actor, row, MonitorMode(mode), now)
        mailbox.post(organisation_id=row.organisation_id, kind="monitor_mode", now=now, id=row.pk, mode=mode)
    return row


@transaction.atomic
def end_monitor(*, actor: Actor, monitor_id: int | None = None, now: Instant) -> None:
    """Hang up, or take the order back while nobody took it: the actor's own, or this one of his scope.

    Nothing to hang up is no error. Raises NotFound outside the actor's scope.
    """
    actor.require(permissions.CAMPAIGNS_LISTEN)
    if monitor_id is not None:
        row = _one(actor, monitor_id)
        if row.ended_at is None:
            end_listening(listener=row.listener, now=now)
    elif (mine := _place(actor)) is not None:
        end_listening(listener=mine, now=now)


def _whoever_listens(actor: Actor, listener_id: int | None, talker: Agent) -> Agent:
    """The actor's own place, or the one a program named, whose person may listen to this agent himself."""
    if listener_id is None:
        if (mine := _place(actor)) is None:
            raise NoTelephone
        return mine
    listener = workforce.agents(actor).filter(pk=listener_id).first()
    if listener is None:
        raise NotFound(kind="agent", field="listener_id")
    person = actor_of_user(listener.user, None)
    if person is None or not person.can(permissions.CAMPAIGNS_LISTEN):
        raise NoListener(field="listener_id")
    if not workforce.agents(person).filter(pk=talker.pk).exists():
        raise NoListener(field="listener_id")
    return listener


def _can_be_rung(listener: Agent, *, own: bool) -> None:
    """Raises DeskClosed or TakingCalls, in words to the listener or about him."""
    if listener.in_browser and not listener.online:
        raise DeskClosed if own else ListenersDeskClosed(field="listener_id")
    if AgentState(listener.state) not in AT_REST or (listener.online and listener.wanted == Presence.READY):
        raise TakingCalls if own else ListenerTakesCalls(field="listener_id")


def _place(actor: Actor) -> Agent | None:
    return Agent.objects.filter(organisation=actor.organisation, user=actor.user).first() if actor.user else None


def _mine(actor: Actor) -> Monitor:
    rows = Monitor.objects.select_for_update(of=("self",)).filter(organisation=actor.organisation, ended_at=None)
    row = rows.filter(listener__user=actor.user).first() if actor.user else None
    if row is None:
        raise NotFound(kind="monitor")
    return row


def _one(actor: Actor, monitor_id: int) -> Monitor:
    rows = monitors(actor).select_for_update(of=("self",)).select_related("listener")
    row = rows.filter(pk=monitor_id).first()
    if row is None:
        raise NotFound(kind="monitor")
    return row


def _customers_leg(attempt: Attempt) -> str | None:
    if attempt.mode != DialMode.INBOUND:
        return customer_leg(AttemptId(attempt.pk))
    return Arrival.objects.filter(attempt_id=attempt.pk).values_list("leg", flat=True).first()


def _record(actor: Actor, row: Monitor, mode: MonitorMode, now: Instant) -> None:
    record_audit(
        actor=actor,
        action=f"agent.{mode}",
        object_type="agent",
        object_id=row.agent_id,
        now=now,
        after={"attempt": row.attempt_id} | ({} if actor.user else {"listener": row.listener_id}),
    )
