"""What may be named as a source of contacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.campaigns.permissions import campaign_scope
from campana.campaigns.queries.sources import SourceKind
from campana.campaigns.validation import read
from campana.crm.models import Contact, ContactGroup, ContactImport, SavedFilter
from campana.engine.words import TaskState
from campana.kernel.refusals import Invalid


class BadSource(Invalid):
    code = "bad_source"
    detail = "Contacts come from one of: contacts, group, filter, import, campaign; with the id of what is meant."


class UnknownSource(Invalid):
    code = "unknown_source"
    detail = "There is no such {kind} to take contacts from. Choose one from the list."


MAX_PICKED = 10_000
"""Contacts picked one by one in one pass; more of them belong in a group or a filter."""


def clean_source(raw: Any, *, actor: Actor) -> dict[str, Any]:
    """A source as it is stored. Raises BadSource, UnknownSource."""
    organisation_id = actor.organisation.pk
    if not isinstance(raw, Mapping) or raw.get("kind") not in set(SourceKind):
        raise BadSource(field="contacts")
    kind = SourceKind(raw["kind"])
    if kind is SourceKind.CONTACTS:
        picked = read.ids("contacts", raw.get("ids"))
        if not 0 < len(picked) <= MAX_PICKED:
            raise BadSource(field="contacts")
        found = Contact.objects.filter(organisation_id=organisation_id, pk__in=picked, deleted_at__isnull=True)
        if found.count() != len(picked):
            raise UnknownSource(field="contacts", kind="contact")
        return {"kind": kind.value, "ids": picked}
    source: dict[str, Any] = {"kind": kind.value, "id": read.whole(1, 2**63 - 1)("contacts", raw.get("id"))}
    models = {
        SourceKind.GROUP: ContactGroup,
        SourceKind.FILTER: SavedFilter,
        SourceKind.IMPORT: ContactImport,
        SourceKind.CAMPAIGN: Campaign,
    }
    known = models[kind]._default_manager.filter(pk=source["id"], organisation_id=organisation_id)
    if kind is SourceKind.CAMPAIGN:
        known = known.filter(campaign_scope(actor))
    if kind is SourceKind.IMPORT:
        known = known.filter(kind=ContactImport.Kind.CONTACTS)
    if not known.exists():
        raise UnknownSource(field="contacts", kind=kind.value)
    if kind is SourceKind.CAMPAIGN and raw.get("states"):
        source["states"] = [str(read.choice(*TaskState)("contacts", state)) for state in raw["states"]]
    return source
