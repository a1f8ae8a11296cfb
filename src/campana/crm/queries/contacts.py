"""Contacts of an organisation: all, found by words, matching a condition, of an import."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet

from campana.accounts.actors import Actor
from campana.accounts.models import Organisation
from campana.conditions import Moment, parse, to_q
from campana.crm.models import Contact, ContactNumber, SavedFilter
from campana.crm.numbers import read_number
from campana.crm.queries.fields import contact_fields
from campana.crm.queries.filters import filter_of
from campana.crm.queries.groups import group_of
from campana.crm.words import plain
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound

MAX_WORDS = 8
WINDOW = 200_000
"""Contacts that one page looks through for words (docs/decisions/0010-searching-contacts.md)."""
_PHONE = re.compile(r"[+\d][\d\s().\-/]{3,}")


_NUMBERS = Prefetch("numbers", ContactNumber.objects.order_by("position"))


def contacts(organisation: Organisation) -> QuerySet[Contact]:
    """All that are not in the recycle bin."""
    return Contact.objects.filter(organisation=organisation, deleted_at__isnull=True)


def contact_of(organisation: Organisation, contact_id: int) -> Contact:
    """Raises NotFound, also for a contact of others or in the recycle bin."""
    contact = contacts(organisation).select_related("owner").prefetch_related(_NUMBERS).filter(pk=contact_id).first()
    if contact is None:
        raise NotFound(kind="contact")
    return contact


def search(organisation: Organisation, text: str) -> QuerySet[Contact]:
    """Contacts in which every word of ``text`` stands; a whole telephone number goes straight to its index.

    Words are looked for from the newest contact on and the page stops at its last row, so what many have is
    quick; what nobody has costs one pass over the organisation's contacts, which pages do in windows.
    """
    rows = contacts(organisation)
    number, words = _looked_for(organisation, text)
    if number:
        found = ContactNumber.objects.filter(organisation=organisation, number=number).exclude(number="")
        return rows.filter(pk__in=found.values("contact_id"))
    for word in words:
        rows = rows.filter(search__contains=word)
    return rows


def looks_for_words(organisation: Organisation, text: str) -> bool:
    """Whether ``search`` has to read contacts for it: a whole telephone number is found by its index."""
    return bool(_looked_for(organisation, text)[1])


def _looked_for(organisation: Organisation, text: str) -> tuple[str, list[str]]:
    """A whole telephone number or plain words."""
    text = text.replace("\x00", "").strip()
    if _PHONE.fullmatch(text):
        if number := read_number(text, organisation.default_country).number:
            return number, []
        text = re.sub(r"\D", "", text).lstrip("0")
    return "", [plain(word) for word in text.split()[:MAX_WORDS]]


def matching(organisation: Organisation, condition: Any, now: Instant) -> QuerySet[Contact]:
    """Contacts for which the condition (its JSON) holds. Raises BadCondition."""
    fields = contact_fields(organisation, now)
    moment = Moment(now, organisation.time_zone)
    return contacts(organisation).filter(to_q(parse(condition, fields), fields, moment))


def of_list(actor: Actor, looked_at: Mapping[str, str], now: Instant) -> QuerySet[Contact]:
    """The list as somebody narrows it: ``q`` words, ``filter`` and ``group`` ids. Raises NotFound."""
    organisation = actor.organisation
    rows = search(organisation, looked_at.get("q", ""))
    if filter_id := _id(looked_at.get("filter", "")):
        rows = rows & matching(organisation, filter_of(actor, filter_id).condition, now)
    if group_id := _id(looked_at.get("group", "")):
        rows = rows.filter(memberships__group=group_of(organisation, group_id))
    return rows


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def of_filter(saved: SavedFilter, now: Instant) -> QuerySet[Contact]:
    """Contacts of a saved filter as they are now."""
    return matching(saved.organisation, saved.condition, now)


def of_import(organisation: Organisation, import_id: int) -> QuerySet[Contact]:
    """Contacts an import added or matched (CAM-192)."""
    return contacts(organisation).filter(imports__imported_id=import_id)
