"""Who listens to the stream of changes, and what of it he may hear."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from django.utils.crypto import constant_time_compare

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import User
from campana.accounts.queries import actor_of_user
from campana.campaigns.queries.overview import visible
from campana.kernel.clock import Instant
from campana.supervision.queries.wall_links import open_wall
from campana.tenancy import system_scope
from campana.workforce import queries as workforce
from campana.workforce.models import Agent

MANY = 500
"""More ids than this are told as "everything"."""
WALL: Final = "wall:"
"""Before the token of a link to the wallboard."""


@dataclass(frozen=True, slots=True)
class Change:
    """Ids of what changed in an organisation; ``everything`` when nobody knows."""

    organisation: int | None = None
    campaigns: frozenset[int] = frozenset()
    agents: frozenset[int] = frozenset()
    everything: bool = False

    def __bool__(self) -> bool:
        return self.everything or bool(self.campaigns or self.agents)

    @classmethod
    def read(cls, payload: str) -> Change:
        """The payload of a notification; one that can not be read means "look again"."""
        try:
            told = json.loads(payload)
            return cls(int(told["organisation"]), _ids(told.get("campaigns", ())), _ids(told.get("agents", ())))
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls(everything=True)

    def merged(self, other: Change) -> Change:
        campaigns, agents = self.campaigns | other.campaigns, self.agents | other.agents
        if self.everything or other.everything or len(campaigns) + len(agents) > MANY:
            return Change(everything=True)
        return Change(other.organisation, campaigns, agents)

    def told(self) -> dict[str, Any]:
        if self.everything:
            return {"all": True}
        return {"campaigns": sorted(self.campaigns), "agents": sorted(self.agents)}


def _ids(values: Iterable[Any]) -> frozenset[int]:
    return frozenset(int(value) for value in values)


@dataclass(frozen=True, slots=True)
class Listener:
    organisation: int
    sees_campaigns: bool
    sees_agents: bool
    agent: int | None = None
    """His own place on the floor; he always hears of it."""
    only_campaigns: frozenset[int] | None = None
    only_agents: frozenset[int] | None = None
    """What somebody limited to groups hears of, as it was at the last look; None: everything."""

    def hears(self, change: Change) -> Change:
        if change.everything:
            return change
        if change.organisation != self.organisation:
            return Change()
        own = frozenset({self.agent} if self.agent else ())
        campaigns = change.campaigns if self.only_campaigns is None else change.campaigns & self.only_campaigns
        agents = change.agents if self.only_agents is None else change.agents & (self.only_agents | own)
        return Change(
            self.organisation,
            campaigns if self.sees_campaigns else frozenset(),
            agents if self.sees_agents else change.agents & own,
        )


def listener_of(key: str, now: Instant) -> Listener | None:
    """Whoever the session, or the link to the wallboard, belongs to; None when it is over.

    ``key``: of a session, or WALL and a token. Runs in a thread with its own connection.
    """
    close_old_connections()
    with system_scope():
        if key.startswith(WALL):
            door = open_wall(key.removeprefix(WALL), now)
            return _listener(door.actor) if door else None
        session = SessionStore(key).load()
        user_id, seal = session.get(SESSION_KEY), session.get(HASH_SESSION_KEY, "")
        user = User.objects.select_related("role").filter(pk=user_id).first() if user_id else None
        if user is None or not constant_time_compare(seal, user.get_session_auth_hash()):
            return None
        actor = actor_of_user(user, None)
        if actor is None:
            return None
        return _listener(actor, Agent.objects.filter(user=user).values_list("id", flat=True).first())


def _listener(actor: Actor, agent: int | None = None) -> Listener:
    campaigns = agents = None
    if actor.limited_to is not None:
        campaigns = frozenset(visible(actor).values_list("pk", flat=True))
        agents = frozenset(workforce.agents(actor).values_list("pk", flat=True))
    return Listener(
        organisation=actor.organisation.pk,
        sees_campaigns=actor.can(permissions.CAMPAIGNS_VIEW),
        sees_agents=actor.can(permissions.AGENTS_VIEW),
        agent=agent,
        only_campaigns=campaigns,
        only_agents=agents,
    )
