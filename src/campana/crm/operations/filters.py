"""Saved filters: a condition with a name (CAM-255 to CAM-257)."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import unchanged
from campana.conditions import as_json, parse
from campana.crm.models import SavedFilter
from campana.crm.operations.locking import locked
from campana.crm.operations.values import BadValue, clean_text
from campana.crm.queries.fields import contact_fields
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound, Refused
from campana.kernel.stamps import stamp


class FilterTaken(Refused):
    code = "filter_taken"
    detail = "There is a filter of this name already."


def save_filter(
    *,
    actor: Actor,
    name: str,
    condition: Any,
    now: Instant,
    shared: bool = True,
    saved: SavedFilter | None = None,
    seen: str | None = None,
) -> SavedFilter:
    """Create a filter or change ``saved``. Raises BadCondition (with its path), BadValue, FilterTaken, ChangedMeanwhile
    when ``seen`` is no longer the stamp of ``saved``."""
    actor.require(permissions.CONTACTS_MANAGE)
    name = clean_text(name, "name", 150)
    if not name:
        raise BadValue(field="name", problem="required")
    tree = parse(condition, contact_fields(actor.organisation))
    with transaction.atomic():
        new = SavedFilter(organisation=actor.organisation, author=actor.user, created_at=now)
        mine = SavedFilter.objects.filter(organisation=actor.organisation)
        row = locked(mine, saved.pk, "filter") if saved else new
        unchanged(seen, stamp_of(row))
        row.name, row.condition, row.shared = name, as_json(tree), shared
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise FilterTaken(field="name") from None
        record_audit(
            actor=actor,
            action="filter.save",
            object_type="filter",
            object_id=row.pk,
            now=now,
            after={"name": name, "condition": row.condition},
        )
    return row


def stamp_of(saved: SavedFilter) -> str:
    return stamp(saved.name, saved.condition, saved.shared)


def delete_filter(*, actor: Actor, saved: SavedFilter, now: Instant) -> None:
    """Raises NotFound."""
    actor.require(permissions.CONTACTS_MANAGE)
    with transaction.atomic():
        deleted, _ = SavedFilter.objects.filter(pk=saved.pk, organisation=actor.organisation).delete()
        if not deleted:
            raise NotFound(kind="filter")
        record_audit(actor=actor, action="filter.delete", object_type="filter", object_id=saved.pk, now=now)
