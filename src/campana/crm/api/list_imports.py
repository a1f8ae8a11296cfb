"""Importing a do-not-call list: uploaded with its mapping, watched, cancelled, its errors downloaded."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from campana.accounts import permissions
from campana.accounts.api import (
    ApiRequest,
    File,
    Form,
    Id,
    Listing,
    Page,
    Paging,
    Query,
    Status,
    UploadedFile,
    page,
    requires,
)
from campana.crm import operations
from campana.crm.api.imports import ImportOut, error_file, start
from campana.crm.api.router import router
from campana.crm.models import ContactImport
from campana.crm.queries.imports import import_of, imports

KIND = ContactImport.Kind.DO_NOT_CALL


@router.get("/suppressions/imports", response=Page[ImportOut], summary="List imports of do-not-call lists")
@requires(permissions.CONTACTS_IMPORT)
def list_list_imports(request: ApiRequest, paging: Query[Paging]) -> Listing[ContactImport]:
    return page(request, imports(request.actor.organisation, KIND), paging)


@router.post("/suppressions/imports", response={202: ImportOut}, summary="Import a do-not-call list from a file")
@requires(permissions.CONTACTS_IMPORT)
def create_list_import(
    request: ApiRequest,
    file: File[UploadedFile],
    mapping: Form[str] = "",
    options: Form[str] = "",
) -> Status[ContactImport]:
    """An .xlsx, .xls or .csv of at most 20 MB and 100,000 rows, a number a row. Needs ``suppressions.manage`` as well.

    ``mapping`` is JSON as for contacts; targets: phone, reason, ends_at, note. A reason is a code (opt_out,
    complaint, register, other) or its words in one of the four languages; an end is a date or a moment in the
    organisation's time zone, empty is for good. ``options`` is JSON: reason (of rows that give none; register when
    left out), header, encoding, delimiter. A row whose number is on the list at least as long is a duplicate.
    """
    return Status(202, start(request, file, mapping, options, kind=KIND))


@router.get("/suppressions/imports/{import_id}", response=ImportOut, summary="Read an import of a do-not-call list")
@requires(permissions.CONTACTS_IMPORT)
def get_list_import(request: ApiRequest, import_id: Id) -> ContactImport:
    return import_of(request.actor.organisation, import_id)


@router.delete(
    "/suppressions/imports/{import_id}", response=ImportOut, summary="Cancel an import of a do-not-call list"
)
@requires(permissions.CONTACTS_IMPORT)
def cancel_list_import(request: ApiRequest, import_id: Id) -> ContactImport:
    """What was imported stays. Refused with 409 when it has ended."""
    imported = import_of(request.actor.organisation, import_id)
    return operations.cancel_import(actor=request.actor, imported=imported, now=request.now)


@router.put(
    "/suppressions/imports/{import_id}/run",
    response={202: ImportOut},
    summary="Try a failed import of a do-not-call list again",
)
@requires(permissions.CONTACTS_IMPORT)
def retry_list_import(request: ApiRequest, import_id: Id) -> Status[ContactImport]:
    """It goes on behind the last rows that were imported. Refused with 409 when it has not failed."""
    imported = import_of(request.actor.organisation, import_id)
    return Status(202, operations.retry_import(actor=request.actor, imported=imported, now=request.now))


@router.get(
    "/suppressions/imports/{import_id}/errors",
    summary="Download the error file of a do-not-call list",
    url_name="suppression_import_errors",
    openapi_extra={
        "responses": {200: {"description": "Row, column, value and reason.", "content": {"text/csv": {}}}},
    },
)
@requires(permissions.CONTACTS_IMPORT)
def get_list_import_errors(request: ApiRequest, import_id: Id) -> HttpResponseBase:
    """CSV in UTF-8; values that a spreadsheet program would take for formulas begin with an apostrophe."""
    return error_file(import_of(request.actor.organisation, import_id))
