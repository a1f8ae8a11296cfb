"""Where contacts of a campaign come from (section 5.1), each read as one set of contacts.

A source is stored in ``Campaign.tasks_to_build`` as ``{"kind", "id" | "ids" | …}``; while it is being turned
into tasks ``after`` is the last contact that was dealt with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum

from campana.accounts.models import Organisation
from campana.campaigns.models import Campaign, Task
from campana.crm.models import Contact, ContactImport, SavedFilter
from campana.crm.queries import contacts
from campana.crm.queries.sql import sql_of
from campana.engine.words import Goal, TaskState
from campana.kernel.clock import Instant


class SourceKind(StrEnum):
    CONTACTS = "contacts"
    GROUP = "group"
    FILTER = "filter"
    IMPORT = "import"
    CAMPAIGN = "campaign"


def contacts_of(source: Mapping[str, Any], organisation: Organisation, now: Instant) -> QuerySet[Contact]:
    """The contacts of a source as they are now. Raises BadCondition for a filter that has lost its field."""
    everybody, kind = contacts.contacts(organisation), SourceKind(source["kind"])
    if kind is SourceKind.CONTACTS:
        return everybody.filter(pk__in=source["ids"])
    if kind is SourceKind.GROUP:
        return everybody.filter(memberships__group_id=source["id"])
    if kind is SourceKind.IMPORT:
        return contacts.of_import(organisation, source["id"])
    if kind is SourceKind.FILTER:
        saved = SavedFilter.objects.filter(pk=source["id"], organisation=organisation).first()
        return contacts.of_filter(saved, now) if saved else everybody.none()
    everybody = everybody.filter(tasks__campaign_id=source["id"])
    return everybody.filter(tasks__state__in=source["states"]) if source.get("states") else everybody


def is_waiting(source: Mapping[str, Any]) -> bool:
    """A file that is still being read: its contacts are not all there yet."""
    if source["kind"] != SourceKind.IMPORT:
        return False
    state = ContactImport.objects.filter(pk=source["id"]).values_list("state", flat=True).first()
    return state in {ContactImport.State.UPLOADED, ContactImport.State.QUEUED, ContactImport.State.RUNNING}


def tasks_in(campaign: Campaign) -> int:
    """Tasks that count against the plan; an endless campaign counts open ones only (CAM-231)."""
    tallies = campaign.task_tallies.all()
    if campaign.goal == Goal.NONE:
        tallies = tallies.exclude(state__in=[state.value for state in TaskState if state.final])
    return int(tallies.aggregate(n=Sum("n"))["n"] or 0)


def count_contacts(campaign: Campaign, sources: Iterable[Mapping[str, Any]], now: Instant) -> int:
    """Exact (CAM-199). A file still being read counts nothing yet; the builder keeps to the limit itself."""
    tasks = Task.objects.filter(campaign=campaign)
    if campaign.goal == Goal.NONE:
        tasks = tasks.exclude(state__in=[state.value for state in TaskState if state.final])
    parts = [sql_of(tasks.values("contact_id"))]
    read = [source for source in sources if not is_waiting(source)]
    if not read:
        return tasks_in(campaign)
    sets = [contacts_of(source, campaign.organisation, now).values("pk") for source in read]
    parts += [sql_of(contacts) for contacts in sets]
    with connection.cursor() as cursor:
        union = " UNION ".join(f"({sql})" for sql, _ in parts)
        cursor.execute(f"SELECT count(*) FROM ({union}) c", [value for _, values in parts for value in values])  # noqa: S608 the parts are Django's own SQL
        return int(cursor.fetchone()[0])


def room_in(campaign: Campaign) -> int:
    """How many more contacts the plan allows."""
    return max(0, campaign.organisation.campaign_contacts_limit - tasks_in(campaign))
