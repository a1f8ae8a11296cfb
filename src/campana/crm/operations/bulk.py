"""One act on many contacts at once: those somebody ticked in a list. What is no contact of ours is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import User
from campana.accounts.operations.record_audit import record_audit
from campana.crm.models import Contact, ContactGroupMember
from campana.crm.operations.suppressions import suppress
from campana.crm.operations.values import BadValue
from campana.crm.queries.contacts import contacts
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused

MOST: Final = 1000


class NobodyTicked(Refused):
    code = "nobody_ticked"
    detail = "Tick at least one contact first; at most 1,000 at once."


def change_owner(*, actor: Actor, ids: Sequence[int], owner: int | None, now: Instant) -> int:
    """Give the contacts to a person of the organisation, or to nobody; how many. Raises NobodyTicked, BadValue."""
    actor.require(permissions.CONTACTS_MANAGE)
    if owner is not None:
        check_owner(actor, owner)
    with transaction.atomic():
        rows = _ticked(actor, ids)
        was = dict(rows.values_list("pk", "owner_id"))
        changed = rows.update(owner_id=owner, updated_at=now, version=F("version") + 1)
        _audit(actor, "contact.update", now, was, {"owner_id": owner})
    return changed


def check_owner(actor: Actor, owner: int) -> None:
    """Raises BadValue."""
    if not User.objects.filter(organisation=actor.organisation, pk=owner).exists():
        raise BadValue(field="owner", problem="unknown_owner")


def suppress_contacts(*, actor: Actor, ids: Sequence[int], reason: str, note: str, now: Instant) -> int:
    """Put the contacts on the do-not-call list for good; how many. Raises NobodyTicked, BadValue."""
    actor.require(permissions.SUPPRESSIONS_MANAGE)
    with transaction.atomic():
        found = list(_ticked(actor, ids))
        for contact in found:
            suppress(actor=actor, contact=contact, reason=reason, note=note, now=now)
    return len(found)


def delete_contacts(*, actor: Actor, ids: Sequence[int], now: Instant) -> int:
    """Into the recycle bin (CRM-010); how many. Raises NobodyTicked."""
    actor.require(permissions.CONTACTS_MANAGE)
    with transaction.atomic():
        found = list(_ticked(actor, ids).values_list("pk", flat=True))
        gone = Contact.objects.filter(pk__in=found).update(deleted_at=now, updated_at=now, version=F("version") + 1)
        ContactGroupMember.objects.filter(contact_id__in=found).delete()
        _audit(actor, "contact.delete", now, dict.fromkeys(found), None)
    return gone


def _ticked(actor: Actor, ids: Sequence[int]) -> QuerySet[Contact]:
    if not 0 < len(ids) <= MOST:
        raise NobodyTicked
    return contacts(actor.organisation).filter(pk__in=list(ids)).select_for_update(of=("self",)).order_by("pk")


def _audit(
    actor: Actor, action: str, now: Instant, was: Mapping[int, int | None], after: Mapping[str, int | None] | None
) -> None:
    for pk, owner in was.items():
        record_audit(
            actor=actor,
            action=action,
            object_type="contact",
            object_id=pk,
            now=now,
            before={"owner_id": owner} if after is not None else None,
            after=after,
        )
