"""What a run does with the rows of a file: contacts, or entries of the do-not-call list.

``read`` touches no database, it is called in a thread of its own; ``merge`` is called in a batch's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from campana.accounts.models import User
from campana.crm.imports.batches import Batch, BatchReader
from campana.crm.imports.do_not_call import ListPlan, ListReader, default_reason, merge_list
from campana.crm.imports.reading import Row, Source, examine
from campana.crm.imports.rows import Plan
from campana.crm.imports.sinks import CampaignSink, campaign_sink
from campana.crm.imports.staging import Merge, Merged, merge_batch
from campana.crm.models import ContactImport, CustomField
from campana.kernel.clock import Instant


class Work(Protocol):
    def read(self, rows: Sequence[Row]) -> Batch: ...

    def merge(self, batch: Batch) -> Merged: ...


def work_of(imported: ContactImport, source: Source) -> Work:
    """Raises BadFile, and what the campaign says when it takes no contacts."""
    if imported.kind == ContactImport.Kind.DO_NOT_CALL:
        return ListWork(imported, source)
    return ContactWork(imported, source)


class ContactWork:
    def __init__(self, imported: ContactImport, source: Source) -> None:
        sink = campaign_sink() if imported.campaign_id is not None else None
        self._campaign = sink.begin(imported) if sink else None
        self._started = _started(imported)
        self.read = BatchReader(plan_of(imported, source))
        self._merge = Merge(
            organisation_id=imported.organisation_id,
            import_id=imported.pk,
            now=self._started,
            campaign_id=imported.campaign_id,
            existing=imported.options.get("existing", "update"),
            group_id=imported.options.get("group_id"),
            remember=self._campaign is None,
        )

    def merge(self, batch: Batch) -> Merged:
        capacity = self._campaign.capacity() if self._campaign else None
        merged = merge_batch(batch, self._merge, capacity)
        if self._campaign is not None:
            self._campaign.take(self._started)
        return merged


class ListWork:
    def __init__(self, imported: ContactImport, source: Source) -> None:
        organisation = imported.organisation
        self._imported, self._started = imported, _started(imported)
        headers, mapping = _columns(imported, source)
        self.read = ListReader(
            ListPlan(
                headers=headers,
                mapping=mapping,
                country=organisation.default_country,
                zone=organisation.time_zone,
                now=self._started,
                reason=default_reason(imported.options.get("reason")),
            )
        )

    def merge(self, batch: Batch) -> Merged:
        imported = self._imported
        return merge_list(
            batch, organisation_id=imported.organisation_id, author_id=imported.author_id, now=self._started
        )


def plan_of(imported: ContactImport, source: Source) -> Plan:
    """What the reader of contacts needs, from the import's mapping and the organisation."""
    organisation = imported.organisation
    headers, mapping = _columns(imported, source)
    sink: CampaignSink | None = campaign_sink()
    return Plan(
        headers=headers,
        mapping=mapping,
        country=organisation.default_country,
        zone=organisation.time_zone,
        fields={custom.key: custom for custom in CustomField.objects.filter(organisation=organisation)},
        owners=owners_of(organisation.pk) if "owner" in mapping else {},
        agents=sink.agents(organisation.pk) if sink and "preferred_agent" in mapping else {},
        keep_unreadable=bool(imported.options.get("keep_unreadable", True)),
    )


def owners_of(organisation_id: int) -> dict[str, int]:
    """People by lower-case name and e-mail address."""
    people = User.objects.filter(organisation_id=organisation_id).values_list("pk", "name", "email")
    return {word.lower(): pk for pk, name, email in people for word in (name, email)}


def _columns(imported: ContactImport, source: Source) -> tuple[list[str], list[str]]:
    """Headings, and a target or an empty text for each."""
    headers = examine(source, header=imported.options.get("header", True)).headers
    mapping = [str(target) for target in imported.mapping]
    return headers, mapping + [""] * max(0, len(headers) - len(mapping))


def _started(imported: ContactImport) -> Instant:
    assert imported.started_at is not None
    return imported.started_at
