"""The pages of an import, of contacts or of a do-not-call list: uploading, saying which column is what, watching it.

``imports`` and ``list_imports`` hang them under their addresses with the permission of each.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campana.accounts.access import ActorRequest
from campana.accounts.web.answers import go
from campana.accounts.web.lists import listing
from campana.crm import operations, web
from campana.crm.imports.errors import no_errors
from campana.crm.imports.problems import WORDS, BadFile, words
from campana.crm.imports.run import error_path
from campana.crm.imports.sinks import campaign_sink
from campana.crm.models import ContactImport, ImportProfile
from campana.crm.operations.clear_imports import KEPT
from campana.crm.operations.imports import MAX_ROWS
from campana.crm.queries.imports import import_of
from campana.crm.queries.imports import imports as all_imports
from campana.crm.web.mapping import Mapping
from campana.crm.web.tables import IMPORTS
from campana.kernel.refusals import NotFound, Refused
from campana.ui.words import refusal_words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pages of a kind hang: the names of their routes begin with ``name``."""

    kind: str
    name: str

    @property
    def all(self) -> str:
        return f"{self.name}s"

    @property
    def template(self) -> str:
        return f"{self.name}_template"

    @property
    def run(self) -> str:
        return f"{self.name}_run"

    @property
    def retry(self) -> str:
        return f"{self.name}_retry"

    @property
    def errors(self) -> str:
        return f"{self.name}_errors"

    @property
    def is_list(self) -> bool:
        return self.kind == ContactImport.Kind.DO_NOT_CALL


CONTACTS = Place(ContactImport.Kind.CONTACTS, "crm:import")
LISTS = Place(ContactImport.Kind.DO_NOT_CALL, "crm:list_import")


def upload_page(request: ActorRequest, place: Place) -> HttpResponse:
    """The list of imports; POST uploads a file. ``campaign``: the campaign the contacts are for."""
    problem = ""
    given = (request.POST if request.method == "POST" else request.GET).get("campaign", "")
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            problem = _("Choose a file first.")
        else:
            try:
                made = operations.upload_import(
                    actor=request.actor,
                    file_name=file.name or "",
                    chunks=file.chunks(),
                    kind=place.kind,
                    campaign_id=int(given) if given.isdigit() and len(given) < 19 else None,
                    now=web.now(),
                )
            except BadFile as bad:
                problem = words(bad.problem)
            except Refused as refused:
                problem = refusal_words(refused)
            else:
                return go(request, reverse(place.name, args=[made.pk]))
    context = {
        "place": place,
        "listing": listing(request, IMPORTS, all_imports(request.actor.organisation, place.kind)),
        "problem": problem,
        "most": MAX_ROWS,
        "kept": KEPT.days,
        "campaigns": campaigns_of(request, place),
        "campaign": given,
    }
    return render(request, "crm/imports.html", context, status=422 if problem else 200)


def template_answer(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def import_page(request: ActorRequest, pk: int) -> HttpResponse:
    """The mapping of an uploaded file; else how far it is, or its result. DELETE cancels."""
    imported, place = _import_of(request, pk)
    if request.method == "DELETE":
        operations.cancel_import(actor=request.actor, imported=imported, now=web.now())
        return go(request, reverse(place.name, args=[pk]))
    if imported.state == ContactImport.State.UPLOADED:
        return _mapping(request, place, imported)
    fragment = "crm/_import.html" if request.headers.get("HX-Request") else "crm/import.html"
    return render(request, fragment, _figures(request, place, imported))


def start(request: ActorRequest, pk: int) -> HttpResponse:
    """Start it with the mapping of the page. A refusal shows the page again with what was chosen."""
    imported, place = _import_of(request, pk)
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
        return go(request, reverse(place.all))
    except Refused as refused:
        return _mapping(request, place, imported, refusal_words(refused), refused.status)
    return go(request, reverse(place.name, args=[pk]))


def retry(request: ActorRequest, pk: int) -> HttpResponse:
    imported, place = _import_of(request, pk)
    try:
        operations.retry_import(actor=request.actor, imported=imported, now=web.now())
    except Refused as refused:
        messages.error(request, refusal_words(refused))
    return go(request, reverse(place.name, args=[pk]))


def error_file(request: ActorRequest, pk: int) -> HttpResponseBase:
    imported, _place = _import_of(request, pk)
    path = error_path(imported)
    whole = path.open("rb") if imported.error_path and path.exists() else io.BytesIO(no_errors())
    name = f"import-{pk}-errors.csv"
    return FileResponse(whole, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


def _import_of(request: ActorRequest, pk: int) -> tuple[ContactImport, Place]:
    """An import is found under the addresses of either kind and leads to those of its own."""
    imported = import_of(request.actor.organisation, pk)
    return imported, LISTS if imported.kind == ContactImport.Kind.DO_NOT_CALL else CONTACTS


def campaigns_of(request: ActorRequest, place: Place) -> list[tuple[int, str]]:
    """Campaigns that may be given contacts now."""
    sink = campaign_sink()
    return sink.choices(request.actor) if sink and not place.is_list else []


def _mapping(
    request: ActorRequest, place: Place, imported: ContactImport, problem: str = "", status: int = 200
) -> HttpResponse:
    try:
        mapping = Mapping.of(request, imported)
    except BadFile as bad:
        context = {"place": place, "imported": imported, "problem": words(bad.problem)}
        return render(request, "crm/import_unreadable.html", context)
    profiles = ImportProfile.objects.filter(organisation=request.actor.organisation).order_by("name")
    context = {
        "place": place,
        "imported": imported,
        "mapping": mapping,
        "profiles": [] if place.is_list else profiles,
        "campaigns": campaigns_of(request, place),
        "problem": problem,
    }
    return render(request, "crm/import_mapping.html", context, status=status)


def _figures(request: ActorRequest, place: Place, imported: ContactImport) -> dict[str, Any]:
    live = imported.state in {ContactImport.State.QUEUED, ContactImport.State.RUNNING}
    lines = [
        ("success", _("Added"), imported.added),
        ("answered", _("Updated"), imported.updated),
        ("waiting", _("Duplicates"), imported.duplicates),
        ("invalid", pgettext("numbers", "Invalid"), imported.invalid),
        ("dnc", _("Do not call"), imported.suppressed),
        ("refusal", _("Over the limit"), imported.over_limit),
    ]
    if place.is_list:
        lines = [line for line in lines if line[0] not in {"answered", "dnc"}]
    campaign = dict(campaigns_of(request, place)).get(imported.campaign_id or 0, "")
    return {
        "place": place,
        "imported": imported,
        "live": live,
        "lines": lines,
        "problem": _problem_words(imported.problem) if imported.problem else "",
        "campaign": campaign,
    }


def _problem_words(code: str) -> str:
    """What made it fail: of the file, or a refusal of the campaign it was for."""
    if code in WORDS:
        return words(code)
    if code == NotFound.code:
        return _("The campaign it was for is gone.")
    kind = next((kind for kind in _refusals(Refused) if kind.code == code and "{" not in kind.detail), None)
    return _(kind.detail) if kind else _("It could not be finished.")


def _refusals(kind: type[Refused]) -> Iterator[type[Refused]]:
    for one in kind.__subclasses__():
        yield one
        yield from _refusals(one)
