"""Start, pause, finish, stop at once: wishes of people, which the engine carries out (appendix C.1)."""

from __future__ import annotations

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.campaigns.operations.lock import locked, move_of, save, told
from campana.campaigns.transitions import Verb
from campana.campaigns.validation import problems
from campana.campaigns.validation import refusals as no
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalids
from campana.relay import mailbox


def start_campaign(*, campaign: Campaign, actor: Actor, now: Instant, version: int | None = None) -> Campaign:
    """Start or resume: it runs as soon as its conditions hold (CAM-051, CAM-053). Raises WrongState,
    AlreadyWanted, Finishing, Invalids when something of it is missing by now (CAM-074)."""
    return _ask(campaign, actor, Verb.START, now, version)


def pause_campaign(*, campaign: Campaign, actor: Actor, now: Instant, version: int | None = None) -> Campaign:
    """No new attempt within two seconds; calls that ring ring out (CAM-057, CAM-059)."""
    return _ask(campaign, actor, Verb.PAUSE, now, version)


def finish_campaign(*, campaign: Campaign, actor: Actor, now: Instant, version: int | None = None) -> Campaign:
    """End it for good; contacts not called become Not processed (CAM-067)."""
    return _ask(campaign, actor, Verb.FINISH, now, version)


def stop_campaign(*, campaign: Campaign, actor: Actor, now: Instant, version: int | None = None) -> Campaign:
    """Pause and cancel what was not answered yet (CAM-061)."""
    return _ask(campaign, actor, Verb.STOP, now, version)


def _ask(campaign: Campaign, actor: Actor, verb: Verb, now: Instant, version: int | None) -> Campaign:
    actor.require(permissions.CAMPAIGNS_RUN)
    with transaction.atomic():
        row = locked(campaign.pk, actor, version=version)
        move = move_of(row, verb)
        if verb is Verb.START:
            _complete(row, now)
        assert move.wanted is not None
        row.wanted, row.wanted_at = move.wanted, now
        save(row, "wanted", "wanted_at")
        if verb is Verb.STOP:
            mailbox.post(organisation_id=row.organisation_id, kind="campaign_stop", now=now, id=row.pk)
        told(row, actor, f"campaign.{verb}", now, wanted=row.wanted)
    return row


def _complete(row: Campaign, now: Instant) -> None:
    if row.end_at and row.end_at <= now:
        raise no.EndInPast(field="end_at")
    wrong = [problem for problem in problems(row, now=now) if problem.field != "contacts"]
    if wrong:
        raise Invalids(wrong)
