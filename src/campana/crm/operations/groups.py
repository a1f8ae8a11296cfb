"""Contact groups, the customer pool (CAM-258)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import IntegrityError, connection, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import unchanged
from campana.crm.models import ContactGroup, ContactGroupMember
from campana.crm.operations.locking import locked
from campana.crm.operations.values import BadValue, clean_text
from campana.crm.queries.contacts import contacts, matching
from campana.crm.queries.sql import sql_of
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound, Refused
from campana.kernel.stamps import stamp

MAX_PICKED: Final = 10_000


class GroupTaken(Refused):
    code = "group_taken"
    detail = "There is a group of this name already."


def create_group(*, actor: Actor, name: str, now: Instant) -> ContactGroup:
    """Raises BadValue, GroupTaken."""
    actor.require(permissions.CONTACTS_MANAGE)
    return _save(actor, ContactGroup(organisation=actor.organisation, created_at=now), name, now)


def rename_group(
    *, actor: Actor, group: ContactGroup, name: str, seen: str | None = None, now: Instant
) -> ContactGroup:
    """Raises BadValue, GroupTaken, NotFound, ChangedMeanwhile when ``seen`` is no longer its stamp."""
    actor.require(permissions.CONTACTS_MANAGE)
    with transaction.atomic():
        row = locked(ContactGroup.objects.filter(organisation=actor.organisation), group.pk, "group")
        unchanged(seen, stamp_of(row))
        return _save(actor, row, name, now)


def stamp_of(group: ContactGroup) -> str:
    return stamp(group.name)


def delete_group(*, actor: Actor, group: ContactGroup, now: Instant) -> None:
    """The contacts stay. Raises NotFound."""
    actor.require(permissions.CONTACTS_MANAGE)
    with transaction.atomic():
        deleted, _ = ContactGroup.objects.filter(pk=group.pk, organisation=actor.organisation).delete()
        if not deleted:
            raise NotFound(kind="group")
        record_audit(
            actor=actor,
            action="group.delete",
            object_type="group",
            object_id=group.pk,
            now=now,
            before={"name": group.name},
        )


def add_to_group(
    *, actor: Actor, group: ContactGroup, now: Instant, ids: Sequence[int] = (), condition: Any = None
) -> int:
    """Add picked contacts, or all that match ``condition``; how many came new. Ids of others add nobody."""
    actor.require(permissions.CONTACTS_MANAGE)
    if len(ids) > MAX_PICKED:
        raise BadValue(field="ids", problem="too_many")
    rows = matching(actor.organisation, condition, now) if condition is not None else contacts(actor.organisation)
    if condition is None:
        rows = rows.filter(pk__in=list(ids))
    sql, parameters = sql_of(rows.order_by().values("pk"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO crm_contactgroupmember (organisation_id, group_id, contact_id)"  # noqa: S608 Django's own SQL
            f" SELECT %s, %s, picked.id FROM ({sql}) AS picked (id) ON CONFLICT (group_id, contact_id) DO NOTHING",
            [actor.organisation.pk, group.pk, *parameters],
        )
        added = int(cursor.rowcount)
        _audit(actor, "group.add", group, now, added)
    return added


def remove_from_group(*, actor: Actor, group: ContactGroup, ids: Sequence[int], now: Instant) -> int:
    """How many left."""
    actor.require(permissions.CONTACTS_MANAGE)
    with transaction.atomic():
        members = ContactGroupMember.objects.filter(
            group=group, organisation=actor.organisation, contact_id__in=list(ids)[:MAX_PICKED]
        )
        removed, _ = members.delete()
        _audit(actor, "group.remove", group, now, removed)
    return removed


def _save(actor: Actor, group: ContactGroup, name: str, now: Instant) -> ContactGroup:
    group.name = clean_text(name, "name", 150)
    if not group.name:
        raise BadValue(field="name", problem="required")
    with transaction.atomic():
        try:
            with transaction.atomic():
                group.save()
        except IntegrityError:
            raise GroupTaken(field="name") from None
        record_audit(
            actor=actor,
            action="group.save",
            object_type="group",
            object_id=group.pk,
            now=now,
            after={"name": group.name},
        )
    return group


def _audit(actor: Actor, action: str, group: ContactGroup, now: Instant, count: int) -> None:
    record_audit(
        actor=actor, action=action, object_type="group", object_id=group.pk, now=now, after={"contacts": count}
    )
