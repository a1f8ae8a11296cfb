"""The directory contact an item of the API means: by id, by its number, or made of what is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from campana.accounts.actors import Actor
from campana.campaigns.validation import read
from campana.crm.models import Contact
from campana.crm.numbers import read_number
from campana.crm.operations.contacts import BadPhone, create_contact, update_contact
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound


class NoContactGiven(Invalid):
    code = "no_contact_given"
    detail = "Give contact_id, or at least one number in phones."


def contact_of(item: Mapping[str, Any], *, actor: Actor, now: Instant) -> int:
    """Id of the contact meant by ``contact_id``, or found or made from ``phones``. Raises Refused."""
    if item.get("contact_id") is not None:
        pk = read.whole(1, 2**63 - 1)("contact_id", item["contact_id"])
        if not Contact.objects.filter(pk=pk, organisation=actor.organisation, deleted_at__isnull=True).exists():
            raise NotFound(field="contact_id", kind="contact")
        return int(pk)
    phones = [str(phone) for phone in item.get("phones") or [] if str(phone).strip()]
    if not phones:
        raise NoContactGiven(field="phones")
    reading = read_number(phones[0], actor.organisation.default_country)
    if reading.problem is not None:
        raise BadPhone(field="phones", problem=reading.problem.value)
    values = {name: item[name] for name in ("name", "fields", "time_zone") if item.get(name)}
    known = Contact.objects.filter(
        organisation=actor.organisation, deleted_at__isnull=True, numbers__number=reading.number
    ).order_by("pk")
    contact = known.first()
    if contact is None:
        return create_contact(actor=actor, values={**values, "phones": phones}, now=now).pk
    if values.get("fields"):
        update_contact(actor=actor, contact=contact, values={"fields": values["fields"]}, version=None, now=now)
    return contact.pk
