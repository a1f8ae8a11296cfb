"""Custom fields of an organisation (CAM-250 to CAM-254)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from django.db import IntegrityError, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import Organisation
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import unchanged
from campana.crm.models import CustomField, SavedFilter
from campana.crm.operations.locking import locked
from campana.crm.operations.values import BadValue, clean_text
from campana.crm.words import plain
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound, Refused
from campana.kernel.stamps import stamp

MAX_FIELDS: Final = 200
_NOT_KEY = re.compile(r"[^a-z0-9]+")


class FieldTaken(Refused):
    code = "field_taken"
    detail = "There is a field of this name already."


class FieldInUse(Refused):
    code = "field_in_use"
    detail = "The field is used by: {users}."


class TooManyFields(Refused):
    code = "too_many_fields"
    detail = "An organisation has at most {most} fields."


def save_field(
    *,
    actor: Actor,
    label: str,
    now: Instant,
    type: str = CustomField.Type.TEXT,
    choices: Sequence[str] = (),
    required: bool = False,
    on_card: bool = True,
    field: CustomField | None = None,
    seen: str | None = None,
) -> CustomField:
    """Create a field, or change ``field``; key and type stay once it exists. Raises BadValue, FieldTaken,
    ChangedMeanwhile when ``seen`` is no longer the stamp of ``field``."""
    actor.require(permissions.FIELDS_MANAGE)
    label = clean_text(label, "label", 64)
    options = [text for text in (clean_text(choice, "choices", 120) for choice in choices) if text]
    kind = field.type if field else type
    if not label:
        raise BadValue(field="label", problem="required")
    if kind not in CustomField.Type.values:
        raise BadValue(field="type", problem="bad_choice")
    if kind == CustomField.Type.LIST and not options:
        raise BadValue(field="choices", problem="required")
    with transaction.atomic():
        mine = CustomField.everything.filter(organisation=actor.organisation)
        row = locked(mine, field.pk, "field") if field else _new(actor.organisation, label, kind)
        unchanged(seen, stamp_of(row))
        row.label, row.choices, row.required, row.on_card = label, options, required, on_card
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise FieldTaken(field="label") from None
        record_audit(
            actor=actor,
            action="field.save",
            object_type="field",
            object_id=row.pk,
            now=now,
            after={"key": row.key, "label": label, "type": kind},
        )
    return row


def stamp_of(field: CustomField) -> str:
    return stamp(field.label, field.choices, field.required, field.on_card)


def delete_field(*, actor: Actor, field: CustomField, now: Instant) -> None:
    """Remove a field; refused while a saved filter uses it. Values stay in the contacts, unseen."""
    actor.require(permissions.FIELDS_MANAGE)
    _refuse_if_used(actor, field)
    with transaction.atomic():
        deleted, _ = CustomField.everything.filter(pk=field.pk, organisation=actor.organisation).delete()
        if not deleted:
            raise NotFound(kind="field")
        record_audit(
            actor=actor,
            action="field.delete",
            object_type="field",
            object_id=field.pk,
            now=now,
            before={"key": field.key, "label": field.label},
        )


def archive_field(*, actor: Actor, field: CustomField, now: Instant) -> None:
    """Out of use, with its values kept. Raises FieldInUse."""
    actor.require(permissions.FIELDS_MANAGE)
    _refuse_if_used(actor, field)
    _use(actor, field, "field.archive", now, archived_at=now)


def bring_back_field(*, actor: Actor, field: CustomField, now: Instant) -> None:
    actor.require(permissions.FIELDS_MANAGE)
    _use(actor, field, "field.bring_back", now, archived_at=None)


def order_fields(*, actor: Actor, ids: Sequence[int], now: Instant) -> None:
    """The order in forms, on the card and in files. Fields that are not named keep theirs, behind."""
    actor.require(permissions.FIELDS_MANAGE)
    with transaction.atomic():
        rows = CustomField.everything.select_for_update().filter(organisation=actor.organisation)
        known = {row.pk: row for row in rows.order_by("position", "pk")}
        named = [known.pop(pk) for pk in dict.fromkeys(ids) if pk in known]
        for place, row in enumerate([*named, *known.values()]):
            CustomField.everything.filter(pk=row.pk).update(position=place)
        record_audit(
            actor=actor,
            action="field.order",
            object_type="field",
            object_id=0,
            now=now,
            after={"name": [row.label for row in named]},
        )


def _refuse_if_used(actor: Actor, field: CustomField) -> None:
    users = [
        saved.name
        for saved in SavedFilter.objects.filter(organisation=actor.organisation)
        if f'"fields.{field.key}"' in _text(saved.condition)
    ]
    if users:
        raise FieldInUse(users=", ".join(users[:5]))


def _use(actor: Actor, field: CustomField, action: str, now: Instant, *, archived_at: Instant | None) -> None:
    with transaction.atomic():
        mine = CustomField.everything.filter(pk=field.pk, organisation=actor.organisation)
        if not mine.update(archived_at=archived_at):
            raise NotFound(kind="field")
        record_audit(
            actor=actor,
            action=action,
            object_type="field",
            object_id=field.pk,
            now=now,
            after={"key": field.key, "label": field.label},
        )


def _new(organisation: Organisation, label: str, kind: str) -> CustomField:
    fields = CustomField.everything.filter(organisation=organisation)
    keys = set(fields.values_list("key", flat=True))
    if len(keys) >= MAX_FIELDS:
        raise TooManyFields(most=MAX_FIELDS)
    return CustomField(organisation=organisation, key=_free_key(label, keys), type=kind, position=len(keys))


def _free_key(label: str, taken: set[str]) -> str:
    base = _NOT_KEY.sub("_", plain(label)).strip("_")[:50] or "field"
    return next(key for key in (base, *(f"{base}_{n}" for n in range(2, MAX_FIELDS + 3))) if key not in taken)


def _text(condition: object) -> str:
    import json

    return json.dumps(condition)
