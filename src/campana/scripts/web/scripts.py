"""Scripts: what agents say and ask. The editor, its preview, and the versions of a script."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.actors import Actor
from campana.accounts.web.answers import go
from campana.kernel.refusals import NotFound, Refused
from campana.scripts import operations, queries, web
from campana.scripts.models import Script
from campana.scripts.operations.scripts import ScriptChanged
from campana.scripts.panel import Panel, panel_of, typed_in
from campana.scripts.questions import Kind
from campana.scripts.web import editor
from campana.scripts.words import OF_CONTACT
from campana.ui.asking import number_in
from campana.ui.sheets import sheet

WORDS = {
    "name": gettext_lazy("the contact’s name"),
    "company": gettext_lazy("the contact’s company"),
    "position": gettext_lazy("the contact’s position"),
    "email": gettext_lazy("the contact’s e-mail"),
    "number": gettext_lazy("the number that was called"),
    "agent": gettext_lazy("the agent’s own name"),
    "organisation": gettext_lazy("your organisation"),
    "campaign": gettext_lazy("the name of the campaign"),
}
VERSIONS = 50


@requires(permissions.RESULTS_MANAGE)
@require_safe
def scripts(request: ActorRequest) -> HttpResponse:
    operations.default_script(request.actor.organisation, web.now())
    return render(request, "scripts/scripts.html", {"page": sheet(request, queries.scripts(request.actor), "name")})


@requires(permissions.RESULTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_script(request: ActorRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, None, [editor.blank(Kind.TEXT)])
    changed = editor.moved(request.POST)
    if changed is not None:
        return _page(request, None, changed)
    lines = editor.posted_lines(request.POST)
    try:
        made = operations.create_script(actor=request.actor, now=web.now(), **_typed(request, lines))
    except Refused as refused:
        return _page(request, None, lines, refused)
    messages.success(request, _("The script is written."))
    return go(request, reverse("scripts:script", args=[made.pk]))


@requires(permissions.RESULTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def script(request: ActorRequest, pk: int) -> HttpResponse:
    """``?version=N`` puts an older version into the form: saving makes it the newest."""
    found = queries.script(request.actor, pk)
    if request.method == "DELETE":
        operations.archive_script(script_id=pk, actor=request.actor, now=web.now())
        return go(request, reverse("scripts:scripts"))
    if request.method != "POST":
        return _page(request, found, _stored(request, found))
    changed = editor.moved(request.POST)
    if changed is not None:
        return _page(request, found, changed)
    lines, seen = editor.posted_lines(request.POST), request.POST.get("seen", "")
    try:
        operations.save_script(
            script_id=pk,
            actor=request.actor,
            seen=int(seen) if seen.isascii() and seen.isdecimal() else None,
            now=web.now(),
            **_typed(request, lines),
        )
    except Refused as refused:
        return _page(request, found, lines, refused)
    messages.success(request, _("Saved. Agents see it from the next call on."))
    return go(request, reverse("scripts:script", args=[pk]))


@requires(permissions.RESULTS_MANAGE)
@require_POST
def preview(request: ActorRequest) -> HttpResponse:
    """What is typed, as the desk will show it, following the answers that are tried in it. Nothing is saved."""
    lines = editor.posted_lines(request.POST)
    return render(request, "scripts/_preview.html", {"panel": _preview(request, lines)})


def _typed(request: ActorRequest, lines: list[editor.Line]) -> dict[str, Any]:
    return {
        "name": request.POST.get("name", ""),
        "elements": editor.elements_of(lines),
        "is_default": request.POST.get("is_default") == "on",
    }


def _stored(request: ActorRequest, found: Script) -> list[editor.Line]:
    wanted = number_in(request, "version")
    rows = queries.versions(found)
    row = rows.filter(number=min(wanted, 2**31 - 1)).first() if wanted is not None else rows.first()
    if row is None:
        raise NotFound(kind="script")
    return editor.stored_lines(queries.elements_of(row))


def _page(
    request: ActorRequest, found: Script | None, lines: list[editor.Line], refused: Refused | None = None
) -> HttpResponse:
    """What was typed stays, whatever was pressed."""
    posted = request.method == "POST"
    newest = found.version if found else 0  # type: ignore[attr-defined]
    clash = isinstance(refused, ScriptChanged)
    variables = [(name, WORDS[name]) for name in OF_CONTACT]
    variables += [(label, gettext_lazy("contact field")) for label in queries.labels(request.actor.organisation)]
    context = editor.shown(lines, refused) | {
        "script": found,
        "name": request.POST.get("name", "") if posted else (found.name if found else ""),
        "make_default": "is_default" in request.POST,
        "seen": newest if clash or not posted else request.POST.get("seen", ""),
        "clash": clash,
        "panel": _preview(request, lines),
        "variables": variables,
        "versions": list(queries.versions(found)[:VERSIONS]) if found else [],
        "older": number_in(request, "version") if found and not posted else None,
    }
    return render(request, "scripts/script.html", context, status=refused.status if refused else 200)


def _preview(request: ActorRequest, lines: list[editor.Line]) -> Panel:
    return panel_of(editor.elements_of(lines), _stand_ins(request.actor), typed_in(request.POST))


def script_preview(actor: Actor, script_id: int | None, campaign: str) -> Panel | None:
    """What agents of a campaign would see; without a script of its own, the default one. None: there is none."""
    version = queries.shown_version(actor.organisation, script_id)
    if version is None:
        return None
    return panel_of(queries.elements_of(version), _stand_ins(actor) | {"campaign": campaign}, {})


def _stand_ins(actor: Actor) -> dict[str, str]:
    """Words in the place of a contact's: nobody's real data is shown to try a text."""
    values = {label.lower(): f"[{label}]" for label in queries.labels(actor.organisation)}
    return (
        values
        | {name: str(word) for name, word in WORDS.items()}
        | {"organisation": actor.organisation.name, "agent": actor.user.name if actor.user else ""}
    )
