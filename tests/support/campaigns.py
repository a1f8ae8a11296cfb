"""Contacts, hotlines and campaigns of Lumen, made the short way. Call inside a tenancy scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from support.cast import NOW, Cast, actor

if TYPE_CHECKING:
    from campana.accounts.models import Organisation
    from campana.campaigns.models import Campaign, Task
    from campana.crm.models import Contact, ContactGroup, Suppression
    from campana.hotlines.models import Hotline

LATER = NOW + timedelta(minutes=1)


def contacts(organisation: Organisation, count: int, *, first: int = 420_601_000_000, zone: str = "") -> list[Contact]:
    """People with one valid number each, counting up from ``first``."""
    from campana.crm.models import Contact, ContactNumber

    made = Contact.objects.bulk_create(
        Contact(
            organisation=organisation,
            name=f"Person {first + n}",
            search=f"person {first + n}",
            time_zone=zone,
            created_at=NOW,
            updated_at=NOW,
        )
        for n in range(count)
    )
    ContactNumber.objects.bulk_create(
        ContactNumber(organisation=organisation, contact=contact, position=1, number=str(first + n))
        for n, contact in enumerate(made)
    )
    return made


def group_of(organisation: Organisation, name: str, members: Sequence[Contact]) -> ContactGroup:
    from campana.crm.models import ContactGroup, ContactGroupMember

    group = ContactGroup.objects.create(organisation=organisation, name=name, created_at=NOW)
    ContactGroupMember.objects.bulk_create(
        ContactGroupMember(organisation=organisation, group=group, contact=contact) for contact in members
    )
    return group


def hotline(organisation: Organisation, number: str = "420800111222", **fields: Any) -> Hotline:
    from campana.hotlines.models import Hotline, Trunk

    trunk, _ = Trunk.objects.get_or_create(organisation=organisation, name="Carrier", defaults={"endpoint": "carrier"})
    return Hotline.objects.create(organisation=organisation, number=number, trunk=trunk, **fields)


def suppress(organisation: Organisation, **fields: Any) -> Suppression:
    from campana.crm.models import Suppression

    return Suppression.objects.create(organisation=organisation, source="page", **{"starts_at": NOW, **fields})


def draft(cast: Cast, **values: Any) -> Campaign:
    """A draft of Carol's that lacks nothing but contacts."""
    from campana.campaigns.operations import create_campaign

    if "hotlines" not in values:
        values["hotlines"] = [hotline(cast.lumen).pk]
    values = {"name": "Spring offer", "agents": [cast.alice_agent.pk], **values}
    return create_campaign(actor=actor(cast.carol), values=values, now=NOW)


def built(cast: Cast, people: Sequence[Contact], **values: Any) -> Campaign:
    """A campaign of these people after processing: not approved, with tasks."""
    from campana.campaigns.operations import add_sources, build_tasks, finish_draft

    campaign = draft(cast, **values)
    carol = actor(cast.carol)
    if people:
        source = {"kind": "contacts", "ids": [person.pk for person in people]}
        add_sources(campaign=campaign, actor=carol, sources=[source], now=NOW)
    finish_draft(campaign=campaign, actor=carol, now=NOW)
    build_tasks(campaign_id=campaign.pk, now=NOW)
    campaign.refresh_from_db()
    return campaign


def approved(cast: Cast, people: Sequence[Contact], **values: Any) -> Campaign:
    """The same, approved by Ada: scheduled."""
    from campana.campaigns.operations import approve_campaign

    campaign = built(cast, people, **values)
    return approve_campaign(campaign=campaign, actor=actor(cast.ada), now=NOW)


def in_state(campaign: Campaign, state: str, **columns: Any) -> Campaign:
    """As the engine's journal would leave it."""
    from campana.campaigns.models import Campaign

    Campaign.objects.filter(pk=campaign.pk).update(state=state, **columns)
    campaign.refresh_from_db()
    return campaign


def tasks(campaign: Campaign) -> list[Task]:
    return list(campaign.tasks.order_by("position"))
