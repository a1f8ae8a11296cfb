"""Creating, changing and deleting one contact (CRM-003 to CRM-013)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import User
from campana.accounts.operations.record_audit import record_audit
from campana.crm.models import Contact, ContactNumber, CustomField
from campana.crm.numbers import Reading, read_number
from campana.crm.operations.values import BadValue, clean_fields, clean_text
from campana.crm.words import search_text
from campana.kernel.clock import Instant, is_zone
from campana.kernel.refusals import Invalid, Invalids, NotFound, Refused

MAX_NUMBERS: Final = 5
_TEXTS: Final = {"name": 255, "company": 255, "position": 255, "additional_info": 10_000, "external_id": 120}


class Stale(Refused):
    code = "stale"
    detail = "Somebody else changed this contact in the meantime. Load it again to see what it is now."


class BadPhone(Invalid):
    code = "bad_phone"
    detail = "This number can not be called: {problem}."


class TooManyNumbers(Invalid):
    code = "too_many_numbers"
    detail = "A contact has at most {most} numbers."


class ExternalIdTaken(Refused):
    code = "external_id_taken"
    detail = "Another contact has this external id."


@dataclass(frozen=True, slots=True)
class _Clean:
    columns: dict[str, Any] = field(default_factory=dict)
    readings: list[tuple[str, Reading]] | None = None


def create_contact(*, actor: Actor, values: Mapping[str, Any], now: Instant) -> Contact:
    """A contact from ``values``: name, email, company, position, additional_info, stage, time_zone, external_id,
    owner_id, ``fields`` (custom) and ``phones`` (main number first). Raises Invalids, ExternalIdTaken."""
    actor.require(permissions.CONTACTS_MANAGE)
    clean = _clean(actor, values, create=True)
    with transaction.atomic():
        contact = Contact(organisation=actor.organisation, created_at=now, updated_at=now, **clean.columns)
        readings = clean.readings or []
        contact.search = _search(contact, [reading.number for _, reading in readings])
        _save(contact, insert=True)
        _write_numbers(contact, readings)
        _audit(actor, "contact.create", contact, now, after=_kept(clean))
    return contact


def update_contact(
    *, actor: Actor, contact: Contact, values: Mapping[str, Any], version: int | None, now: Instant
) -> Contact:
    """Change the given ``values``; with ``version``, only when nobody changed it since (CRM-013).

    ``fields`` merge into the custom fields (null removes one); ``phones`` replace all numbers.
    Raises Stale, Invalids, ExternalIdTaken, NotFound.
    """
    actor.require(permissions.CONTACTS_MANAGE)
    clean = _clean(actor, values, create=False)
    with transaction.atomic():
        found = Contact.objects.select_for_update().filter(
            pk=contact.pk, organisation=actor.organisation, deleted_at__isnull=True
        )
        row = found.first()
        if row is None:
            raise NotFound(kind="contact")
        if version is not None and row.version != version:
            raise Stale(version=row.version)
        before = {name: getattr(row, name) for name in clean.columns}
        for name, value in clean.columns.items():
            setattr(row, name, _merged(row.fields, value) if name == "fields" else value)
        if clean.readings is not None:
            row.numbers.all().delete()
            _write_numbers(row, clean.readings)
        row.search = _search(row, list(row.numbers.values_list("number", flat=True)))
        row.version += 1
        row.updated_at = now
        _save(row, insert=False)
        _audit(actor, "contact.update", row, now, before=_plain(before), after=_kept(clean))
    return row


def delete_contact(*, actor: Actor, contact: Contact, now: Instant) -> None:
    """Into the recycle bin (CRM-010): it leaves lists, groups and campaigns at once. Raises NotFound."""
    actor.require(permissions.CONTACTS_MANAGE)
    with transaction.atomic():
        found = Contact.objects.filter(pk=contact.pk, organisation=actor.organisation, deleted_at__isnull=True)
        if not found.update(deleted_at=now, updated_at=now, version=F("version") + 1):
            raise NotFound(kind="contact")
        contact.memberships.all().delete()
        _audit(actor, "contact.delete", contact, now)


def _clean(actor: Actor, values: Mapping[str, Any], *, create: bool) -> _Clean:
    problems: list[Invalid] = []
    clean = _Clean()
    for name, limit in _TEXTS.items():
        if name in values:
            _collect(problems, clean.columns, name, lambda n=name, m=limit: clean_text(values[n], n, m))
    if "email" in values:
        _collect(problems, clean.columns, "email", lambda: _email(values["email"]))
    if values.get("stage") is not None:
        _collect(problems, clean.columns, "stage", lambda: _choice(values["stage"]))
    if "time_zone" in values:
        _collect(problems, clean.columns, "time_zone", lambda: _zone(values["time_zone"]))
    if "owner_id" in values:
        _collect(problems, clean.columns, "owner_id", lambda: _owner(actor, values["owner_id"]))
    definitions = CustomField.objects.filter(organisation=actor.organisation)
    if create or "fields" in values:
        given = values.get("fields") or {}
        try:
            clean.columns["fields"] = clean_fields(definitions, given, actor.organisation, complete=create)
        except Invalids as several:
            problems += several.problems
    readings: list[tuple[str, Reading]] | None = None
    if values.get("phones") is not None:
        readings = _phones(values["phones"], actor.organisation.default_country, problems)
    if problems:
        raise Invalids(problems)
    return _Clean(clean.columns, readings)


def _collect(problems: list[Invalid], columns: dict[str, Any], name: str, read: Any) -> None:
    try:
        columns[name] = read()
    except Invalid as problem:
        problems.append(problem)


def _email(value: Any) -> str:
    from campana.crm.imports.cells import BadCell, read_email

    text = clean_text(value, "email", 254)
    try:
        return read_email(text) if text else ""
    except BadCell as bad:
        raise BadValue(field="email", problem=bad.reason) from None


def _choice(value: Any) -> str:
    if value not in Contact.Stage.values:
        raise BadValue(field="stage", problem="bad_choice")
    return str(value)


def _zone(value: Any) -> str:
    text = clean_text(value, "time_zone", 64)
    if text and not is_zone(text):
        raise BadValue(field="time_zone", problem="bad_time_zone")
    return text


def _owner(actor: Actor, value: Any) -> int | None:
    if value in (None, ""):
        return None
    owner = User.objects.filter(organisation=actor.organisation, pk=value).values_list("pk", flat=True).first()
    if owner is None:
        raise BadValue(field="owner_id", problem="unknown_owner")
    return owner


def _phones(given: Sequence[Any], country: str, problems: list[Invalid]) -> list[tuple[str, Reading]]:
    """Readings of the numbers that are not blank, each once, in their order."""
    readings: list[tuple[str, Reading]] = []
    texts = [str(text) for text in given if str(text).strip()]
    if len(texts) > MAX_NUMBERS:
        problems.append(TooManyNumbers(field="phones", most=MAX_NUMBERS))
    for text in texts[:MAX_NUMBERS]:
        reading = read_number(text, country)
        if reading.problem is not None:
            problems.append(BadPhone(field="phones", problem=reading.problem.value, value=text[:60]))
        elif all(reading.number != other.number for _, other in readings):
            readings.append((text, reading))
    return readings


def _write_numbers(contact: Contact, readings: Sequence[tuple[str, Reading]]) -> None:
    ContactNumber.objects.bulk_create(
        ContactNumber(
            organisation_id=contact.organisation_id,
            contact=contact,
            position=position,
            number=reading.number,
            raw=raw.replace("\x00", "")[:60],
            kind=reading.kind,
            time_zone=reading.time_zone,
        )
        for position, (raw, reading) in enumerate(readings, 1)
    )


def _search(contact: Contact, numbers: list[str]) -> str:
    return search_text(name=contact.name, company=contact.company, email=contact.email, numbers=numbers)


def _merged(have: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**have, **changes}.items() if value is not None}


def _save(contact: Contact, *, insert: bool) -> None:
    if insert:
        contact.fields = _merged({}, contact.fields)
    try:
        with transaction.atomic():
            contact.save(force_insert=insert, force_update=not insert)
    except IntegrityError as problem:
        if "contact_external_id_once" in str(problem):
            raise ExternalIdTaken(field="external_id") from None
        raise


def _kept(clean: _Clean) -> dict[str, Any]:
    kept = _plain(clean.columns)
    if clean.readings is not None:
        kept["phones"] = [reading.number for _, reading in clean.readings]
    return kept


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {("owner_id" if name == "owner" else name): value for name, value in values.items()}


def _audit(
    actor: Actor,
    action: str,
    contact: Contact,
    now: Instant,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    record_audit(
        actor=actor, action=action, object_type="contact", object_id=contact.pk, now=now, before=before, after=after
    )
