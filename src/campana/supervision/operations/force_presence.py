"""What a supervisor asks of an agent's place: not ready, or off. A talk is never cut: it counts after the call."""

from __future__ import annotations

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.engine.words import AgentState, Presence
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound, Refused
from campana.relay import mailbox
from campana.workforce.models import Agent
from campana.workforce.permissions import agent_scope

REASON = "supervisor"
"""The pause reason of somebody who was set not ready by another person."""
IN_A_CALL = frozenset({AgentState.RESERVED, AgentState.RINGING, AgentState.IN_CALL, AgentState.WRAP_UP})
"""Places where a forced presence takes effect when the call and its wrap-up are over."""


class NotSignedIn(Refused):
    code = "agent_signed_out"
    detail = "This person is signed out already."


@transaction.atomic
def force_presence(*, actor: Actor, agent_id: int, presence: str, now: Instant) -> Agent:
    """Not ready or off; ready is each person's own word. Asking again for what is wanted already changes nothing.

    ``presence``: a code of engine.words.Presence. Raises NotFound outside the actor's scope, Invalid for ready,
    NotSignedIn.
    """
    actor.require(permissions.AGENTS_MANAGE)
    rows = Agent.objects.select_for_update(of=("self",)).select_related("user")
    agent = rows.filter(agent_scope(actor), organisation=actor.organisation, user__state="active", pk=agent_id).first()
    if agent is None:
        raise NotFound(kind="agent")
    if presence not in {Presence.NOT_READY, Presence.OFF}:
        raise Invalid(field="presence")
    if not agent.online:
        raise NotSignedIn
    reason = REASON if presence == Presence.NOT_READY else ""
    wanted = (str(presence), reason, presence != Presence.OFF)
    before = (agent.wanted, agent.pause_reason, agent.dialling)
    if before == wanted:
        return agent
    agent.wanted, agent.pause_reason, agent.dialling = wanted
    agent.save(update_fields=["wanted", "pause_reason", "dialling"])
    mailbox.post(organisation_id=agent.organisation_id, kind="presence", now=now, agent=agent.pk)
    record_audit(
        actor=actor,
        action="agent.presence",
        object_type="agent",
        object_id=agent.pk,
        now=now,
        before={"presence": before[0], "state": agent.state},
        after={"presence": wanted[0]},
    )
    return agent
