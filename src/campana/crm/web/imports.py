"""Uploading a file, saying which column is what, watching it, its result."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.accounts.web.lists import listing
from campana.crm import operations, web
from campana.crm.imports.errors import no_errors
from campana.crm.imports.problems import BadFile, words
from campana.crm.imports.run import error_path
from campana.crm.imports.template import template
from campana.crm.models import ContactImport, ImportProfile
from campana.crm.operations.imports import MAX_ROWS
from campana.crm.queries.custom import fields
from campana.crm.queries.imports import import_of
from campana.crm.queries.imports import imports as all_imports
from campana.crm.web.mapping import Mapping
from campana.crm.web.tables import IMPORTS
from campana.kernel.refusals import Refused
from campana.ui.words import refusal_words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(permissions.CONTACTS_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: ActorRequest) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            problem = _("Choose a file first.")
        else:
            try:
                made = operations.upload_import(
                    actor=request.actor, file_name=file.name or "", chunks=file.chunks(), now=web.now()
                )
            except BadFile as bad:
                problem = words(bad.problem)
            else:
                return go(request, reverse("crm:import", args=[made.pk]))
    context = {
        "listing": listing(request, IMPORTS, all_imports(request.actor.organisation)),
        "problem": problem,
        "most": MAX_ROWS,
    }
    return render(request, "crm/imports.html", context, status=422 if problem else 200)


@requires(permissions.CONTACTS_IMPORT)
@require_GET
def template_file(request: ActorRequest) -> HttpResponse:
    content = template(fields(request.actor.organisation).order_by("position", "pk"))
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="contacts.xlsx"'
    return answer


@requires(permissions.CONTACTS_IMPORT)
@require_http_methods(["GET", "HEAD", "DELETE"])
def one_import(request: ActorRequest, pk: int) -> HttpResponse:
    """The mapping of an uploaded file; else how far it is, or its result. DELETE cancels."""
    imported = import_of(request.actor.organisation, pk)
    if request.method == "DELETE":
        operations.cancel_import(actor=request.actor, imported=imported, now=web.now())
        return go(request, reverse("crm:import", args=[pk]))
    if imported.state == ContactImport.State.UPLOADED:
        return _mapping(request, imported)
    fragment = "crm/_import.html" if request.headers.get("HX-Request") else "crm/import.html"
    return render(request, fragment, _figures(imported))


@requires(permissions.CONTACTS_IMPORT)
@require_POST
def run(request: ActorRequest, pk: int) -> HttpResponse:
    """Start it with the mapping of the page. A refusal shows the page again with what was chosen."""
    imported = import_of(request.actor.organisation, pk)
    try:
        mapping = Mapping.of(request, imported)
        with transaction.atomic():
            operations.start_import(
                actor=request.actor, imported=imported, mapping=mapping.targets, options=mapping.options, now=web.now()
            )
            if name := request.POST.get("profile", "").strip():
                targets = [target for target in mapping.targets if not target.startswith("new.")]
                if len(targets) == len(mapping.targets):
                    operations.save_profile(
                        actor=request.actor, name=name, headers=mapping.headers, mapping=mapping.targets
                    )
    except BadFile as bad:
        messages.error(request, words(bad.problem))
        return go(request, reverse("crm:imports"))
    except Refused as refused:
        return _mapping(request, imported, refusal_words(refused), refused.status)
    return go(request, reverse("crm:import", args=[pk]))


@requires(permissions.CONTACTS_IMPORT)
@require_GET
def errors(request: ActorRequest, pk: int) -> HttpResponseBase:
    imported = import_of(request.actor.organisation, pk)
    path = error_path(imported)
    whole = path.open("rb") if imported.error_path and path.exists() else io.BytesIO(no_errors())
    name = f"import-{pk}-errors.csv"
    return FileResponse(whole, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


def _mapping(request: ActorRequest, imported: ContactImport, problem: str = "", status: int = 200) -> HttpResponse:
    try:
        mapping = Mapping.of(request, imported)
    except BadFile as bad:
        return render(request, "crm/import_unreadable.html", {"imported": imported, "problem": words(bad.problem)})
    profiles = ImportProfile.objects.filter(organisation=request.actor.organisation).order_by("name")
    context: dict[str, Any] = {"imported": imported, "mapping": mapping, "profiles": profiles, "problem": problem}
    return render(request, "crm/import_mapping.html", context, status=status)


def _figures(imported: ContactImport) -> dict[str, Any]:
    live = imported.state in {ContactImport.State.QUEUED, ContactImport.State.RUNNING}
    lines = [
        ("success", _("Added"), imported.added),
        ("answered", _("Updated"), imported.updated),
        ("waiting", _("Duplicates"), imported.duplicates),
        ("invalid", _("Invalid"), imported.invalid),
        ("dnc", _("Do not call"), imported.suppressed),
        ("refusal", _("Over the limit"), imported.over_limit),
    ]
    problem = words(imported.problem) if imported.problem else ""
    return {"imported": imported, "live": live, "lines": lines, "problem": problem}
