"""More contacts for a campaign that is not finished, from every source (CAM-195 to CAM-198, CAM-695)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.campaigns.models import Campaign
from campana.campaigns.operations.jobs import build_later
from campana.campaigns.operations.lock import locked, move_of
from campana.campaigns.queries.sources import count_contacts
from campana.campaigns.transitions import Verb
from campana.campaigns.validation.source import clean_source
from campana.engine.words import CampaignState
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid


class ContactsLimit(Invalid):
    code = "contacts_limit"
    detail = (
        "At most {limit} contacts fit in a campaign, and these would make {count}. Take some out, spread them over"
        " several campaigns, or have the plan raised."
    )


def add_sources(*, campaign: Campaign, actor: Actor, sources: Iterable[Mapping[str, Any]], now: Instant) -> Campaign:
    """Add whole sources. A draft keeps them until it is created; in a later state they become tasks at once.

    Raises BadSource, UnknownSource, ContactsLimit, WrongState.
    """
    actor.require(permissions.CAMPAIGNS_CONTACTS)
    given = [clean_source(source, actor=actor) for source in sources]
    with transaction.atomic():
        row = locked(campaign.pk, actor)
        move_of(row, Verb.ADD_TASKS)
        kept = [*row.tasks_to_build, *(source for source in given if source not in row.tasks_to_build)]
        within_limit(row, kept, now)
        row.tasks_to_build = kept
        row.save(update_fields=["tasks_to_build"])
        if row.state != CampaignState.DRAFT:
            build_later(row)
        record_audit(
            actor=actor,
            action="campaign.add_contacts",
            object_type="campaign",
            object_id=row.pk,
            now=now,
            after={"sources": [{**source, "ids": len(source.get("ids", []))} for source in given]},
        )
    return row


def remove_source(*, campaign: Campaign, actor: Actor, place: int, now: Instant) -> Campaign:
    """Take a source out of a draft, by its place in the list."""
    actor.require(permissions.CAMPAIGNS_CONTACTS)
    with transaction.atomic():
        row = locked(campaign.pk, actor)
        move_of(row, Verb.CREATE)
        row.tasks_to_build = [source for index, source in enumerate(row.tasks_to_build) if index != place]
        row.save(update_fields=["tasks_to_build"])
    return row


def within_limit(campaign: Campaign, sources: Iterable[Mapping[str, Any]], now: Instant) -> int:
    """Distinct contacts of the sources and the tasks there are. Raises ContactsLimit."""
    count, limit = count_contacts(campaign, sources, now), campaign.organisation.campaign_contacts_limit
    if count > limit:
        raise ContactsLimit(field="contacts", limit=limit, count=count)
    return count
