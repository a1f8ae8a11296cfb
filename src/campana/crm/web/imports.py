"""Importing contacts from a file."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.crm.imports.template import template
from campana.crm.queries.custom import fields
from campana.crm.web import importing


@requires(permissions.CONTACTS_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: ActorRequest) -> HttpResponse:
    return importing.upload_page(request, importing.CONTACTS)


@requires(permissions.CONTACTS_IMPORT)
@require_GET
def template_file(request: ActorRequest) -> HttpResponse:
    content = template(fields(request.actor.organisation).order_by("position", "pk"))
    return importing.template_answer(content, "contacts.xlsx")


@requires(permissions.CONTACTS_IMPORT)
@require_http_methods(["GET", "HEAD", "DELETE"])
def one_import(request: ActorRequest, pk: int) -> HttpResponse:
    return importing.import_page(request, pk)


@requires(permissions.CONTACTS_IMPORT)
@require_POST
def run(request: ActorRequest, pk: int) -> HttpResponse:
    return importing.start(request, pk)


@requires(permissions.CONTACTS_IMPORT)
@require_POST
def retry(request: ActorRequest, pk: int) -> HttpResponse:
    """Go on with one that failed."""
    return importing.retry(request, pk)


@requires(permissions.CONTACTS_IMPORT)
@require_GET
def errors(request: ActorRequest, pk: int) -> HttpResponseBase:
    return importing.error_file(request, pk)
