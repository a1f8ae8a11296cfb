"""Asking for a file of rows: the job and the line in the audit log belong to one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction
from procrastinate.contrib.django import app

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.campaigns.models import Campaign
from campana.engine.words import TaskState
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid
from campana.reporting.columns import chosen
from campana.reporting.models import Export
from campana.reporting.queries import expected_rows

RUN_EXPORT: Final = "reporting.run_export"
QUEUE: Final = "exports"
SEPARATORS: Final = {"comma": ",", "semicolon": ";", "tab": "\t"}


class NoColumns(Invalid):
    code = "no_columns"
    detail = "Tick at least one column."


class NoCampaign(Invalid):
    code = "no_campaign"
    detail = "Choose the campaign whose contacts are exported."


class DaysTurned(Invalid):
    code = "days_turned"
    detail = "The last day lies before the first one."


@transaction.atomic
def ask_export(
    *,
    actor: Actor,
    kind: str,
    format: str,
    columns: Sequence[str],
    language: str,
    now: Instant,
    campaign: Campaign | None = None,
    since: date | None = None,
    until: date | None = None,
    states: Iterable[str] = (),
    separator: str = "comma",
) -> Export:
    """Raises Invalid for a kind or format there is none of, NoColumns, NoCampaign, DaysTurned."""
    actor.require(permissions.CAMPAIGNS_EXPORT)
    if kind not in Export.Kind.values or format not in Export.Format.values or separator not in SEPARATORS:
        raise Invalid(field="format")
    keys = [column.key for column in chosen(kind, actor.organisation, columns)]
    if not keys:
        raise NoColumns(field="columns")
    if kind == Export.Kind.CONTACTS and campaign is None:
        raise NoCampaign(field="campaign")
    if since and until and until < since:
        raise DaysTurned(field="until")
    narrowed: dict[str, Any] = {"separator": separator}
    if since:
        narrowed["since"] = since.isoformat()
    if until:
        narrowed["until"] = until.isoformat()
    if known := [state for state in states if state in set(TaskState)]:
        narrowed["states"] = known
    export = Export(
        organisation=actor.organisation,
        author=actor.user,
        campaign=campaign,
        kind=kind,
        format=format,
        columns=keys,
        narrowed=narrowed,
        language=language,
        time_zone=actor.organisation.time_zone,
        created_at=now,
    )
    export.rows_total = expected_rows(export)
    export.save()
    app.configure_task(RUN_EXPORT, queue=QUEUE, lock=f"exports-{actor.organisation.pk}").defer(
        organisation_id=actor.organisation.pk, export_id=export.pk
    )
    about: dict[str, Any] = {"kind": kind, "format": format, "columns": keys, **narrowed}
    if campaign is not None:
        about["campaign"] = campaign.pk
    record_audit(actor=actor, action="export.ask", object_type="export", object_id=export.pk, now=now, after=about)
    return export
