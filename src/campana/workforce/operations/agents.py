"""People who take calls: who they are, where their telephone is, and their presence set by a supervisor."""

from __future__ import annotations

import re
from typing import Any, Final

from django.db import IntegrityError, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import Organisation, User
from campana.accounts.operations.rights import unchanged
from campana.engine.words import AgentState, Presence
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, Refused
from campana.kernel.stamps import stamp
from campana.workforce.models import BROWSER, Agent
from campana.workforce.operations import common
from campana.workforce.permissions import agent_scope

ENDPOINT: Final = re.compile(r"[A-Za-z0-9_]{1,20}/[A-Za-z0-9_.@+-]{1,90}")
MAX_QUOTA: Final = 10_000
BUSY: Final = frozenset(
    {
        AgentState.OFFERED,
        AgentState.PREVIEW,
        AgentState.RESERVED,
        AgentState.RINGING,
        AgentState.IN_CALL,
        AgentState.WRAP_UP,
    }
)


class NoSuchPerson(Invalid):
    code = "no_such_person"
    detail = "There is no such person. Choose one from the list."


class AgentAlready(Invalid):
    code = "agent_already"
    detail = "This person is an agent already."


class BadEndpoint(Invalid):
    code = "bad_endpoint"
    detail = "The telephone is written as the switch knows it, for example PJSIP/1001."


class EndpointTaken(Invalid):
    code = "endpoint_taken"
    detail = "Another agent has this telephone."


class BadQuota(Invalid):
    code = "bad_quota"
    detail = "The daily quota is a whole number from 1 to {high}, or nothing for no limit."


class AgentBusy(Refused):
    code = "agent_busy"
    detail = "The agent is at a contact at this moment. Wait until that is over."


class HasHistory(Refused):
    code = "agent_has_history"
    detail = "The agent has taken calls and stays for the reports. Deactivate the person instead."


def add_agent(*, actor: Actor, user_id: int, endpoint: str = "", daily_quota: Any = None, now: Instant) -> Agent:
    """Make a person of the organisation an agent. Raises NoSuchPerson, AgentAlready, BadEndpoint."""
    actor.require(permissions.AGENTS_MANAGE)
    actor.require_no_limit()
    user = User.objects.filter(pk=user_id, organisation=actor.organisation).first()
    if user is None:
        raise NoSuchPerson(field="user_id")
    with transaction.atomic():
        _lock_telephones(actor)
        agent = Agent(organisation=actor.organisation, user=user)
        _fill(agent, endpoint=endpoint, daily_quota=daily_quota)
        try:
            with transaction.atomic():
                agent.save()
        except IntegrityError:
            raise AgentAlready(field="user_id") from None
        common.audited(actor, "agent.add", "agent", agent.pk, now, user=user.pk, endpoint=agent.endpoint)
        common.ring(actor, "agent", now, id=agent.pk)
    return agent


def change_agent(*, agent_id: int, actor: Actor, now: Instant, seen: str | None = None, **values: Any) -> Agent:
    """Change what is given: endpoint, daily_quota. Raises BadEndpoint, EndpointTaken, BadQuota, ChangedMeanwhile when
    ``seen`` is no longer its stamp."""
    actor.require(permissions.AGENTS_MANAGE)
    with transaction.atomic():
        _lock_telephones(actor)
        agent = common.locked(Agent, agent_id, actor, "agent", agent_scope(actor))
        unchanged(seen, stamp_of(agent))
        _fill(agent, **values)
        agent.save(update_fields=["endpoint", "daily_quota"])
        common.audited(actor, "agent.change", "agent", agent.pk, now, **values)
        common.ring(actor, "agent", now, id=agent.pk)
    return agent


def stamp_of(agent: Agent) -> str:
    return stamp(agent.endpoint, agent.daily_quota)


def remove_agent(*, agent_id: int, actor: Actor, now: Instant) -> None:
    """Somebody who never took a call is no agent any more. Raises AgentBusy, HasHistory."""
    actor.require(permissions.AGENTS_MANAGE)
    with transaction.atomic():
        agent = common.locked(Agent, agent_id, actor, "agent", agent_scope(actor))
        if agent.state in BUSY:
            raise AgentBusy()
        if agent.attempt_set.exists():
            raise HasHistory()
        common.audited(actor, "agent.remove", "agent", agent.pk, now, user=agent.user_id)
        common.ring(actor, "agent", now, id=agent.pk)
        agent.delete()


def set_presence(*, agent_id: int, actor: Actor, presence: Presence, reason: str = "", now: Instant) -> Agent:
    """A supervisor changes somebody's presence; while he talks it comes with the end of the call."""
    actor.require(permissions.AGENTS_MANAGE)
    with transaction.atomic():
        agent = common.locked(Agent, agent_id, actor, "agent", agent_scope(actor))
        agent.wanted, agent.pause_reason = presence, reason[:60] if presence is Presence.NOT_READY else ""
        agent.save(update_fields=["wanted", "pause_reason"])
        common.audited(actor, "agent.presence", "agent", agent.pk, now, wanted=agent.wanted, reason=agent.pause_reason)
        common.ring(actor, "presence", now, agent=agent.pk)
    return agent


def _lock_telephones(actor: Actor) -> None:
    """Who gives out telephones waits for one another, or two agents would be given the same one."""
    Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation.pk)


def _fill(agent: Agent, **values: Any) -> None:
    if "endpoint" in values:
        agent.endpoint = _endpoint(agent, str(values["endpoint"] or "").strip())
    if "daily_quota" in values:
        agent.daily_quota = _quota(values["daily_quota"])


def _endpoint(agent: Agent, endpoint: str) -> str:
    """No user's text may become a command of the switch: a strict set of characters."""
    if not endpoint:
        return ""
    if not ENDPOINT.fullmatch(endpoint) or endpoint.lower().startswith(f"pjsip/{BROWSER}"):
        raise BadEndpoint(field="endpoint")
    others = Agent.objects.filter(organisation_id=agent.organisation_id, endpoint__iexact=endpoint)
    if others.exclude(pk=agent.pk).exists():
        raise EndpointTaken(field="endpoint")
    return endpoint


def _quota(typed: Any) -> int | None:
    if typed in (None, ""):
        return None
    try:
        quota = int(typed)
    except (TypeError, ValueError):
        quota = 0
    if not 1 <= quota <= MAX_QUOTA:
        raise BadQuota(field="daily_quota", high=MAX_QUOTA)
    return quota
