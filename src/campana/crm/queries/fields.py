"""What a condition may ask of contacts: standard fields, custom fields, and what the apps above add."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from campana.accounts.models import Organisation, User
from campana.conditions import Field, Kind, Registry
from campana.conditions.sql import json_number, json_text, json_yes_no
from campana.crm.models import Contact, ContactGroup, ContactGroupMember, ContactNumber, CustomField, Suppression
from campana.crm.numbers import read_number
from campana.kernel.clock import Instant

Provider: TypeAlias = Callable[[Organisation], Iterable[Field]]
_providers: list[Provider] = []

_CUSTOM = {
    CustomField.Type.TEXT: Kind.TEXT,
    CustomField.Type.EMAIL: Kind.TEXT,
    CustomField.Type.PHONE: Kind.TEXT,
    CustomField.Type.NUMBER: Kind.NUMBER,
    CustomField.Type.DATE: Kind.DATE,
    CustomField.Type.LIST: Kind.CHOICE,
    CustomField.Type.YES_NO: Kind.YES_NO,
}


def register_fields(provider: Provider) -> None:
    """For the apps above: fields over ``Contact`` such as the last call or the campaigns of a contact (CAM-257)."""
    if provider not in _providers:
        _providers.append(provider)


def contact_fields(organisation: Organisation, now: Instant | None = None) -> Registry:
    """All fields of an organisation's contacts. ``now``: when a condition is asked; who only reads one needs none."""
    custom = CustomField.objects.filter(organisation=organisation).order_by("position", "pk")
    more = [field for provider in _providers for field in provider(organisation)]
    return Registry([*_standard(organisation, now), *(_custom(definition) for definition in custom), *more])


def _standard(organisation: Organisation, now: Instant | None) -> list[Field]:
    people = User.objects.filter(organisation=organisation).order_by("name")
    groups = ContactGroup.objects.filter(organisation=organisation).order_by("name")
    return [
        Field("name", Kind.TEXT, F("name"), label=_("Full name")),
        Field("phone", Kind.MANY, has_any=_has_number(organisation), label=_("Phone")),
        Field("email", Kind.TEXT, F("email"), label=_("E-mail")),
        Field("company", Kind.TEXT, F("company"), label=_("Organisation")),
        Field("position", Kind.TEXT, F("position"), label=_("Position")),
        Field("additional_info", Kind.TEXT, F("additional_info"), label=_("Additional info")),
        Field("stage", Kind.CHOICE, F("stage"), label=_("Stage"), choices=tuple(Contact.Stage.choices)),
        Field(
            "owner",
            Kind.CHOICE,
            F("owner_id"),
            label=_("Owner"),
            choices=tuple((str(pk), name) for pk, name in people.values_list("pk", "name")),
        ),
        Field(
            "group",
            Kind.MANY,
            has_any=_in_group,
            label=_("Contact group"),
            choices=tuple((str(pk), name) for pk, name in groups.values_list("pk", "name")),
        ),
        Field("time_zone", Kind.TEXT, F("time_zone"), label=_("Time zone")),
        Field("external_id", Kind.TEXT, F("external_id"), label=_("External ID")),
        Field(
            "suppression",
            Kind.MANY,
            has_any=_suppressed(now),
            label=_("Do not call"),
            choices=tuple(Suppression.Reason.choices),
        ),
        Field("created_at", Kind.INSTANT, F("created_at"), label=_("Added")),
        Field("updated_at", Kind.INSTANT, F("updated_at"), label=_("Changed")),
    ]


def _custom(definition: CustomField) -> Field:
    kind = _CUSTOM[CustomField.Type(definition.type)]
    make = {Kind.NUMBER: json_number, Kind.YES_NO: json_yes_no}.get(kind, json_text)
    choices = tuple((choice, choice) for choice in definition.choices)
    return Field(f"fields.{definition.key}", kind, make(definition.key), label=definition.label, choices=choices)


def _in_group(groups: Sequence[str] | None) -> Q:
    members = ContactGroupMember.objects.filter(contact=OuterRef("pk"))
    if groups is not None:
        members = members.filter(group_id__in=[int(group) for group in groups if group.isdigit() and len(group) < 19])
    return Q(Exists(members))


def _suppressed(now: Instant | None) -> Callable[[Sequence[str] | None], Q]:
    """By an entry that holds: not one that is over, nor one that begins later."""

    def is_(reasons: Sequence[str] | None) -> Q:
        rows = Suppression.objects.filter(contact=OuterRef("pk"))
        if now is not None:
            rows = rows.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)
        return Q(Exists(rows if reasons is None else rows.filter(reason__in=reasons)))

    return is_


def _has_number(organisation: Organisation) -> Callable[[Sequence[str] | None], Q]:
    def has(numbers: Sequence[str] | None) -> Q:
        rows = ContactNumber.objects.filter(contact=OuterRef("pk"), valid=True)
        if numbers is None:
            return Q(Exists(rows))
        digits = [read_number(number, organisation.default_country).number or number for number in numbers]
        return Q(Exists(rows.filter(organisation=organisation, number__in=digits)))

    return has
