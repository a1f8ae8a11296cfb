"""Putting a campaign away. One that has dialled keeps its calls and is archived instead (CAM-068)."""

from __future__ import annotations

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.campaigns.models import Campaign
from campana.campaigns.operations.approve import HasDialled
from campana.campaigns.operations.lock import has_dialled, locked, move_of, save, to_state, told
from campana.campaigns.transitions import Verb
from campana.engine.words import CampaignState
from campana.kernel.clock import Instant
from campana.relay import mailbox


def archive_campaign(*, campaign: Campaign, actor: Actor, now: Instant, version: int | None = None) -> Campaign:
    """Finished becomes Archived: it can be read, not changed."""
    actor.require(permissions.CAMPAIGNS_MANAGE)
    with transaction.atomic():
        row = locked(campaign.pk, actor, version=version)
        move_of(row, Verb.ARCHIVE)
        save(row, *to_state(row, CampaignState.ARCHIVED, now))
        told(row, actor, "campaign.archive", now)
    return row


def delete_campaign(*, campaign: Campaign, actor: Actor, now: Instant, version: int | None = None) -> None:
    """Remove a campaign that never dialled; a finished one is archived. Raises WrongState, HasDialled."""
    actor.require(permissions.CAMPAIGNS_MANAGE)
    with transaction.atomic():
        row = locked(campaign.pk, actor, version=version)
        if move_of(row, Verb.DELETE).to is CampaignState.ARCHIVED:
            archive_campaign(campaign=row, actor=actor, now=now)
            return
        if has_dialled(row):
            raise HasDialled()
        record_audit(
            actor=actor,
            action="campaign.delete",
            object_type="campaign",
            object_id=row.pk,
            now=now,
            before={"name": row.name, "state": row.state},
        )
        mailbox.post(organisation_id=row.organisation_id, kind="campaign", now=now, id=row.pk)
        row.delete()
