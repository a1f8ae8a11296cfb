"""The end of hearing somebody else's talk, whoever asks for it."""

from __future__ import annotations

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import Organisation, User
from campana.accounts.queries import permissions_of_role
from campana.calls.models import Monitor
from campana.engine.words import Cause
from campana.kernel.clock import Instant
from campana.relay import mailbox
from campana.workforce.models import Agent


@transaction.atomic
def end_listening(*, listener: Agent, now: Instant) -> None:
    """Hang up the listener's telephone, or take the order back while nobody took it. Nothing to hang up is no error."""
    rows = Monitor.objects.select_for_update(of=("self",))
    row = rows.filter(organisation_id=listener.organisation_id, listener=listener, ended_at=None).first()
    if row is None:
        return
    if row.began_at is None:
        row.ended_at, row.untaken, row.cause = now, True, Cause.WE_HUNG_UP
        row.save(update_fields=["ended_at", "untaken", "cause"])
        return
    mailbox.post(organisation_id=row.organisation_id, kind="monitor_end", now=now, id=row.pk)


class Listeners:
    """Follows what happens to people (``accounts.operations.followers``): who may hear no talks hears none any more."""

    def organisation_made(self, organisation: Organisation, now: Instant) -> None:
        """Nobody listens yet."""

    def person_changed(self, actor: Actor, user: User, now: Instant) -> None:
        may = permissions.CAMPAIGNS_LISTEN in permissions_of_role(user.role, actor.organisation)
        if may and user.state != User.State.INACTIVE:
            return
        listener = Agent.objects.filter(user=user).first()
        if listener is not None:
            end_listening(listener=listener, now=now)
