"""The agent's own place, locked: two tabs and double clicks are served one after the other."""

from __future__ import annotations

from typing import Any

from campana.accounts.actors import Actor
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound, Refused
from campana.relay import mailbox
from campana.relay.models import Message
from campana.workforce.models import Agent


class NotAnAgent(NotFound):
    code = "not_an_agent"
    detail = "You have no place on the floor: an administrator must make you an agent first."


class Gone(Refused):
    """The wish names a contact or call that is not on the desk any more."""

    code = "gone"
    detail = "This is no longer on your desk: it has moved on in the meantime."


class NotNow(Refused):
    code = "not_now"
    detail = "This can not be done in your present state."


class NotInThisCampaign(Refused):
    code = "not_in_this_campaign"
    detail = "This campaign does not allow it."


def agent_of(actor: Actor, *, locked: bool = False) -> Agent:
    """The actor's place on the floor. Raises NotAnAgent."""
    rows = Agent.objects.filter(organisation=actor.organisation, user=actor.user)
    if locked:
        rows = rows.select_for_update(of=("self",))
    agent = rows.select_related("user").first() if actor.user else None
    if agent is None:
        raise NotAnAgent
    return agent


def wish(agent: Agent, kind: str, now: Instant, **payload: Any) -> bool:
    """Leave a wish for the engine, unless the very same one still lies there. Says whether it was left."""
    full = {"agent": agent.pk, **payload}
    if Message.objects.filter(organisation_id=agent.organisation_id, kind=kind, payload=full).exists():
        return False
    mailbox.post(organisation_id=agent.organisation_id, kind=kind, now=now, **full)
    return True
