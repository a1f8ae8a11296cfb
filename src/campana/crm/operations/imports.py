"""Uploading a file, starting its import, cancelling it; saved mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.crm.imports.columns import check_mapping, read_mapping
from campana.crm.imports.do_not_call import DO_NOT_CALL, REASONS, default_reason
from campana.crm.imports.encodings import DELIMITERS, ENCODINGS
from campana.crm.imports.problems import BadFile, FileProblem
from campana.crm.imports.reading import Examination, examine, open_source
from campana.crm.imports.sinks import campaign_sink
from campana.crm.models import ContactGroup, ContactImport, CustomField, ImportProfile
from campana.crm.operations.fields import save_field
from campana.crm.operations.values import BadValue, clean_text
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound, Refused

RUN_IMPORT: Final = "campana.crm.run_import"
QUEUE: Final = "imports"
MAX_BYTES: Final = 20 * 1024 * 1024
MAX_ROWS: Final = 100_000
EXISTING: Final = ("update", "link", "skip")


class NothingToTryAgain(Refused):
    code = "import_file_gone"
    detail = "The uploaded file was cleared away. Upload it again."


class ImportState(Refused):
    code = "import_state"
    detail = "The import is {state}; this can not be done any more."


def upload_import(
    *,
    actor: Actor,
    file_name: str,
    chunks: Iterable[bytes],
    now: Instant,
    kind: str = ContactImport.Kind.CONTACTS,
    campaign_id: int | None = None,
    max_bytes: int | None = MAX_BYTES,
) -> ContactImport:
    """Keep a file and detect what it is. Raises BadFile (too big, empty, damaged, dangerous, no rows), and the
    refusals of ``sinks.CampaignSink.check``."""
    require(actor, kind)
    check_campaign(actor, campaign_id)
    with transaction.atomic():
        imported = ContactImport.objects.create(
            organisation=actor.organisation,
            author=actor.user,
            kind=kind,
            file_name=file_name.replace("\x00", "")[-255:],
            path="",
            campaign_id=campaign_id,
            created_at=now,
        )
        imported.path = f"imports/{actor.organisation.pk}/{imported.pk}.upload"
        path = file_of(imported)
        try:
            _store(path, chunks, max_bytes)
            source = open_source(path)
            examine(source)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        imported.encoding, imported.delimiter = source.encoding, source.delimiter
        imported.save(update_fields=["path", "encoding", "delimiter"])
    return imported


def look_at(imported: ContactImport, *, encoding: str = "", delimiter: str = "", header: bool = True) -> Examination:
    """The file's headings and first rows; ``encoding`` and ``delimiter`` override what was detected."""
    if encoding and encoding not in {*ENCODINGS, imported.encoding}:
        raise BadValue(field="encoding", problem="bad_choice")
    if delimiter and delimiter not in DELIMITERS:
        raise BadValue(field="delimiter", problem="bad_choice")
    source = open_source(
        file_of(imported), encoding=encoding or imported.encoding, delimiter=delimiter or imported.delimiter
    )
    return examine(source, header=header)


def start_import(
    *,
    actor: Actor,
    imported: ContactImport,
    now: Instant,
    mapping: Any = None,
    options: Mapping[str, Any] | None = None,
    max_rows: int | None = MAX_ROWS,
) -> ContactImport:
    """Check mapping and options, create the new custom fields, and queue the job in this transaction.

    Options: ``existing`` update, link or skip; ``keep_unreadable``; ``header``; ``encoding``; ``delimiter``;
    ``group_id``; ``campaign_id`` (another than the one of the upload; None for none). Of a do-not-call list:
    ``header``, ``encoding``, ``delimiter``, ``reason`` of rows that give none. Raises BadMapping, PhoneNotMapped,
    BadValue, BadFile, ImportState, and the refusals of ``sinks.CampaignSink.check``.
    """
    require(actor, imported.kind)
    given = dict(options or {})
    with transaction.atomic():
        row = _locked(actor, imported)
        if row.state != ContactImport.State.UPLOADED:
            raise ImportState(state=row.state)
        header = _flag(given, "header", True)
        seen = look_at(
            row, encoding=str(given.get("encoding") or ""), delimiter=str(given.get("delimiter") or ""), header=header
        )
        if row.kind == ContactImport.Kind.DO_NOT_CALL:
            targets = read_mapping(mapping, seen.headers, (), DO_NOT_CALL)
            choices: dict[str, Any] = {"reason": _reason(given)}
        else:
            fields = CustomField.objects.filter(organisation=actor.organisation)
            targets = _with_new_fields(actor, read_mapping(mapping, seen.headers, fields), seen.headers, now)
            choices = {
                "existing": _existing(given),
                "keep_unreadable": _flag(given, "keep_unreadable", True),
                "group_id": _group(actor, given.get("group_id")),
            }
            row.campaign_id = given.get("campaign_id", row.campaign_id)
            check_campaign(actor, row.campaign_id)
        row.encoding, row.delimiter = seen.source.encoding, seen.source.delimiter
        row.mapping = targets
        row.options = {
            **choices,
            "header": header,
            "row_limit": max_rows,
            "headers": {"phone": seen.headers[targets.index("phone")]},
        }
        row.state = ContactImport.State.QUEUED
        row.save()
        enqueue(row)
        record_audit(
            actor=actor,
            action="import.start",
            object_type="import",
            object_id=row.pk,
            now=now,
            after={"file": row.file_name, "kind": row.kind, "campaign": row.campaign_id, **choices},
        )
    return row


def enqueue(imported: ContactImport, *, seconds: int = 0) -> None:
    """A job that runs it, in the caller's transaction."""
    job = app.configure_task(RUN_IMPORT, queue=QUEUE, schedule_in={"seconds": seconds} if seconds else None)
    job.defer(organisation_id=imported.organisation_id, import_id=imported.pk)


def cancel_import(*, actor: Actor, imported: ContactImport, now: Instant) -> ContactImport:
    """Stop it; what was merged stays and is counted. Cancelling twice is fine. Raises ImportState when it ended."""
    require(actor, imported.kind)
    states = ContactImport.State
    with transaction.atomic():
        row = _locked(actor, imported)
        if row.state == states.CANCELLED:
            return row
        if row.state in {states.FINISHED, states.FAILED}:
            raise ImportState(state=row.state)
        row.state, row.finished_at = states.CANCELLED, now
        row.save(update_fields=["state", "finished_at"])
        record_audit(actor=actor, action="import.cancel", object_type="import", object_id=row.pk, now=now)
    return row


def retry_import(*, actor: Actor, imported: ContactImport, now: Instant) -> ContactImport:
    """Go on with an import that failed, behind its last whole batch. Raises ImportState, NothingToTryAgain."""
    require(actor, imported.kind)
    with transaction.atomic():
        row = _locked(actor, imported)
        if row.state != ContactImport.State.FAILED:
            raise ImportState(state=row.state)
        if row.cleared_at is not None or not file_of(row).exists():
            raise NothingToTryAgain
        check_campaign(actor, row.campaign_id)
        row.state, row.problem, row.finished_at, row.tries = ContactImport.State.QUEUED, "", None, 0
        row.save(update_fields=["state", "problem", "finished_at", "tries"])
        enqueue(row)
        record_audit(actor=actor, action="import.retry", object_type="import", object_id=row.pk, now=now)
    return row


def save_profile(*, actor: Actor, name: str, headers: list[str], mapping: list[str]) -> ImportProfile:
    """Remember which heading goes where, under ``name``; an older one of the name is replaced."""
    actor.require(permissions.CONTACTS_IMPORT)
    name = clean_text(name, "profile", 120)
    if not name:
        raise BadValue(field="profile", problem="required")
    check_mapping(mapping)
    rows = ImportProfile.objects.filter(organisation=actor.organisation, name__iexact=name)
    kept = {header: target for header, target in zip(headers, mapping, strict=False) if target}
    with transaction.atomic():
        profile = rows.first() or ImportProfile(organisation=actor.organisation)
        profile.name, profile.mapping = name, kept
        profile.save()
    return profile


def delete_profile(*, actor: Actor, profile: ImportProfile) -> None:
    actor.require(permissions.CONTACTS_IMPORT)
    ImportProfile.objects.filter(pk=profile.pk, organisation=actor.organisation).delete()


def require(actor: Actor, kind: str) -> None:
    """Importing, and for a do-not-call list keeping that as well. Raises NotAllowed."""
    actor.require(permissions.CONTACTS_IMPORT)
    if kind == ContactImport.Kind.DO_NOT_CALL:
        actor.require(permissions.SUPPRESSIONS_MANAGE)


def check_campaign(actor: Actor, campaign_id: int | None) -> None:
    """Whether the actor may give contacts to the campaign now. Raises the refusals of ``sinks.CampaignSink.check``."""
    if campaign_id is None:
        return
    sink = campaign_sink()
    if sink is None:
        raise NotFound(field="campaign_id", kind="campaign")
    sink.check(actor, campaign_id)


def file_of(imported: ContactImport) -> Path:
    return Path(settings.MEDIA_ROOT, imported.path)


def _store(path: Path, chunks: Iterable[bytes], max_bytes: int | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if max_bytes is not None and size > max_bytes:
                raise BadFile(FileProblem.TOO_BIG)
            file.write(chunk)


def _locked(actor: Actor, imported: ContactImport) -> ContactImport:
    rows = ContactImport.objects.select_for_update().filter(pk=imported.pk, organisation=actor.organisation)
    row = rows.first()
    if row is None:
        raise NotFound(kind="import")
    return row


def _with_new_fields(actor: Actor, targets: list[str], headers: list[str], now: Instant) -> list[str]:
    made = []
    for target, header in zip(targets, headers, strict=True):
        if target.startswith("new."):
            target = f"fields.{save_field(actor=actor, label=header[:64], type=target[4:], now=now).key}"
        made.append(target)
    return made


def _reason(given: Mapping[str, Any]) -> str:
    reason = given.get("reason") or default_reason(None)
    if reason not in REASONS:
        raise BadValue(field="options.reason", problem="bad_choice")
    return str(reason)


def _existing(given: Mapping[str, Any]) -> str:
    existing = given.get("existing", "update")
    if existing not in EXISTING:
        raise BadValue(field="options.existing", problem="bad_choice")
    return str(existing)


def _flag(given: Mapping[str, Any], name: str, default: bool) -> bool:
    value = given.get(name, default)
    if not isinstance(value, bool):
        raise BadValue(field=f"options.{name}", problem="bad_yes_no")
    return value


def _group(actor: Actor, given: Any) -> int | None:
    if given in (None, ""):
        return None
    group = (
        ContactGroup.objects.filter(organisation=actor.organisation, pk=given).first() if str(given).isdigit() else None
    )
    if group is None:
        raise NotFound(field="options.group_id", kind="group")
    return group.pk
