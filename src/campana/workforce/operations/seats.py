"""A place on the floor for everybody whose work is to talk, from the day he is invited to the day he leaves."""

from __future__ import annotations

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import Organisation, Role, User
from campana.accounts.queries import permissions_of_role
from campana.engine.words import Presence
from campana.kernel.clock import Instant
from campana.workforce.models import Agent
from campana.workforce.operations import common


class Seats:
    """Follows what happens to people (``accounts.operations.followers``)."""

    def organisation_made(self, organisation: Organisation, now: Instant) -> None:
        """Nobody talks yet."""

    def person_changed(self, actor: Actor, user: User, now: Instant) -> None:
        agent = Agent.objects.select_for_update(of=("self",)).filter(user=user).first()
        gone = user.state == User.State.INACTIVE
        if agent is None:
            if gone or not only_talks(user.role, actor.organisation):
                return
            agent = Agent.objects.create(organisation_id=user.organisation_id, user=user)
            common.audited(actor, "agent.add", "agent", agent.pk, now, user=user.pk)
        elif gone:
            agent.wanted, agent.pause_reason, agent.online, agent.dialling = Presence.NOT_READY, "", False, False
            agent.save(update_fields=["wanted", "pause_reason", "online", "dialling"])
        common.ring(actor, "agents", now)


def only_talks(role: Role, organisation: Organisation) -> bool:
    """Whoever takes calls and runs no campaigns begins his day at the desk, and needs a place there."""
    held = permissions_of_role(role, organisation)
    return permissions.CALLS_MAKE in held and permissions.CAMPAIGNS_RUN not in held
