"""The recycle bin: back into the directory, or erased for good by the owner or after thirty days (CRM-010).

What is erased keeps its place, empty: calls, tasks and figures refer to it and stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.crm.models import Contact, ContactNumber, ImportEntry
from campana.crm.operations.bulk import MOST, NobodyTicked
from campana.crm.queries.recycle import deleted
from campana.kernel.clock import Instant

KEPT: Final = timedelta(days=30)


def restore_contacts(*, actor: Actor, ids: Sequence[int], now: Instant) -> int:
    """Back into the directory, not into groups and campaigns; how many. Raises NobodyTicked."""
    actor.require(permissions.CONTACTS_RESTORE)
    with transaction.atomic():
        found = _locked(actor, ids)
        Contact.objects.filter(pk__in=found).update(deleted_at=None, updated_at=now, version=F("version") + 1)
        _audit(actor, "contact.restore", found, now)
    return len(found)


def erase_contacts(*, actor: Actor, ids: Sequence[int], now: Instant) -> int:
    """For good: names, numbers, fields; how many. Raises NobodyTicked."""
    actor.require(permissions.CONTACTS_ERASE)
    with transaction.atomic():
        found = _locked(actor, ids)
        _erase(found, now)
        _audit(actor, "contact.erase", found, now)
    return len(found)


def empty_bin(*, actor: Actor, now: Instant) -> int:
    """What was deleted thirty days ago, a batch at a time; how many."""
    erased = 0
    while True:
        with transaction.atomic():
            old = deleted(actor.organisation).filter(deleted_at__lte=now - KEPT).order_by("deleted_at", "pk")
            found = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:MOST])
            if not found:
                return erased
            _erase(found, now)
            _audit(actor, "contact.erase", found, now)
        erased += len(found)


def _locked(actor: Actor, ids: Sequence[int]) -> list[int]:
    if not 0 < len(ids) <= MOST:
        raise NobodyTicked
    rows = deleted(actor.organisation).filter(pk__in=list(ids)).order_by("pk")
    return list(rows.select_for_update().values_list("pk", flat=True))


def _erase(ids: Sequence[int], now: Instant) -> None:
    Contact.objects.filter(pk__in=ids).update(
        name="",
        email="",
        company="",
        position="",
        additional_info="",
        fields={},
        external_id="",
        search="",
        owner=None,
        erased_at=now,
        updated_at=now,
        version=F("version") + 1,
    )
    ContactNumber.objects.filter(contact_id__in=ids).delete()
    ImportEntry.objects.filter(contact_id__in=ids).delete()


def _audit(actor: Actor, action: str, ids: Iterable[int], now: Instant) -> None:
    for pk in ids:
        record_audit(actor=actor, action=action, object_type="contact", object_id=pk, now=now)
