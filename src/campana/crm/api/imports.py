"""Importing a file: uploaded with its mapping, watched, cancelled, its errors downloaded."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import (
    ApiRequest,
    File,
    Form,
    Id,
    Listing,
    Out,
    Page,
    Paging,
    Query,
    Status,
    UploadedFile,
    page,
    requires,
)
from campana.crm import operations
from campana.crm.api.router import router
from campana.crm.imports.columns import BadMapping
from campana.crm.imports.run import error_path
from campana.crm.models import ContactImport
from campana.crm.operations.imports import file_of
from campana.crm.operations.values import BadValue
from campana.crm.queries.imports import import_of, imports
from campana.kernel.refusals import NotFound

State = Literal["uploaded", "queued", "running", "finished", "cancelled", "failed"]


class ImportOut(Out):
    """``rows`` is always the sum of the six counts after it."""

    id: int
    kind: Literal["contacts", "do_not_call"]
    state: State
    file_name: str
    rows: int = Field(description="Rows read so far.")
    rows_total: int | None = Field(description="About how many there are; exact when finished.")
    added: int
    updated: int
    duplicates: int
    invalid: int
    suppressed: int
    over_limit: int
    completed: int = Field(description="Rows whose number got the default country's code; counted above as well.")
    problem: str = Field(description="Code of what made the whole file fail.")
    campaign_id: int | None = Field(description="The campaign whose tasks the rows become.")
    error_file: str | None = Field(description="Address of the error file, when there is one.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @staticmethod
    def resolve_error_file(imported: ContactImport) -> str | None:
        if not imported.error_path:
            return None
        of_list = imported.kind == ContactImport.Kind.DO_NOT_CALL
        name = "suppression_import_errors" if of_list else "contact_import_errors"
        return reverse(f"api-v1:{name}", args=[imported.pk])


@router.get("/contacts/imports", response=Page[ImportOut], summary="List imports")
@requires(permissions.CONTACTS_IMPORT)
def list_imports(request: ApiRequest, paging: Query[Paging]) -> Listing[ContactImport]:
    return page(request, imports(request.actor.organisation), paging)


@router.post("/contacts/imports", response={202: ImportOut}, summary="Import contacts from a file")
@requires(permissions.CONTACTS_IMPORT)
def create_import(
    request: ApiRequest,
    file: File[UploadedFile],
    mapping: Form[str] = "",
    options: Form[str] = "",
    campaign_id: Form[Id | None] = None,
) -> Status[ContactImport]:
    """An .xlsx, .xls or .csv of at most 20 MB and 100,000 rows; what is over is counted.

    ``mapping`` is JSON: heading to target, or a list of targets; empty matches headings in four languages.
    Targets: name, phone, phone_2 … phone_5, email, company, position, additional_info, owner, time_zone,
    priority, not_before, not_after, preferred_agent, external_id, ``fields.KEY``, ``new.TYPE``. ``options`` is
    JSON: existing (update, link or skip), keep_unreadable, header, encoding, delimiter, group_id. With
    ``campaign_id`` the rows become tasks of that campaign as they are read: 404 when the key does not reach it, 409
    when its state takes no contacts. The key then needs ``campaigns.contacts`` as well.
    """
    return Status(202, start(request, file, mapping, options, campaign_id=campaign_id))


@router.get("/contacts/imports/{import_id}", response=ImportOut, summary="Read an import")
@requires(permissions.CONTACTS_IMPORT)
def get_import(request: ApiRequest, import_id: Id) -> ContactImport:
    return import_of(request.actor.organisation, import_id)


@router.delete("/contacts/imports/{import_id}", response=ImportOut, summary="Cancel an import")
@requires(permissions.CONTACTS_IMPORT)
def cancel_import(request: ApiRequest, import_id: Id) -> ContactImport:
    """What was imported stays. Refused with 409 when it has ended."""
    imported = import_of(request.actor.organisation, import_id)
    return operations.cancel_import(actor=request.actor, imported=imported, now=request.now)


@router.put("/contacts/imports/{import_id}/run", response={202: ImportOut}, summary="Try a failed import again")
@requires(permissions.CONTACTS_IMPORT)
def retry_import(request: ApiRequest, import_id: Id) -> Status[ContactImport]:
    """It goes on behind the last rows that were imported. Refused with 409 when it has not failed."""
    imported = import_of(request.actor.organisation, import_id)
    return Status(202, operations.retry_import(actor=request.actor, imported=imported, now=request.now))


@router.get(
    "/contacts/imports/{import_id}/errors",
    summary="Download the error file",
    url_name="contact_import_errors",
    openapi_extra={
        "responses": {200: {"description": "Row, column, value and reason.", "content": {"text/csv": {}}}},
    },
)
@requires(permissions.CONTACTS_IMPORT)
def get_import_errors(request: ApiRequest, import_id: Id) -> HttpResponseBase:
    """CSV in UTF-8; values that a spreadsheet program would take for formulas begin with an apostrophe."""
    return error_file(import_of(request.actor.organisation, import_id))


def start(
    request: ApiRequest,
    file: UploadedFile,
    mapping: str,
    options: str,
    *,
    kind: str = ContactImport.Kind.CONTACTS,
    campaign_id: int | None = None,
) -> ContactImport:
    """Upload and start in one; nothing is left of what is refused."""
    imported = operations.upload_import(
        actor=request.actor,
        file_name=file.name or "file",
        chunks=file.chunks(),
        kind=kind,
        campaign_id=campaign_id,
        now=request.now,
    )
    try:
        given = _json(options, BadValue(field="options", problem="not_json"))
        if not isinstance(given, dict | None):
            raise BadValue(field="options", problem="not_an_object")
        wanted = _json(mapping, BadMapping(field="mapping", problem="not_json", column=""))
        return operations.start_import(
            actor=request.actor,
            imported=imported,
            mapping=wanted,
            options={**(given or {}), "campaign_id": campaign_id},
            now=request.now,
        )
    except BaseException:
        file_of(imported).unlink(missing_ok=True)
        raise


def error_file(imported: ContactImport) -> HttpResponseBase:
    path = error_path(imported)
    if not imported.error_path or not path.exists():
        raise NotFound(kind="error file")
    name = f"import-{imported.pk}-errors.csv"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


def _json(text: str, problem: BadMapping | BadValue) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise problem from None
