"""Scripts: what agents say aloud. A plain text with variables, its versions, and how the desk shows it."""

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
from campana.accounts.web.answers import go, tell
from campana.kernel.refusals import NotFound, Refused
from campana.scripts import operations, queries, web
from campana.scripts.models import Script
from campana.scripts.web.forms import ScriptForm
from campana.scripts.words import OF_CONTACT, Block, blocks
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
    return render(request, "scripts/scripts.html", {"page": sheet(request, queries.scripts(request.actor), "name")})


@requires(permissions.RESULTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_script(request: ActorRequest) -> HttpResponse:
    form, status = ScriptForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = operations.create_script(actor=request.actor, now=web.now(), **form.cleaned_data)
                messages.success(request, _("The script is written."))
                return go(request, reverse("scripts:script", args=[made.pk]))
            except Refused as refused:
                status = tell(form, refused)
    return render(request, "scripts/script.html", _shown(request, None, form), status=status)


@requires(permissions.RESULTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def script(request: ActorRequest, pk: int) -> HttpResponse:
    """``?version=N`` puts an older text into the form: saving makes it the newest."""
    found = queries.script(request.actor, pk)
    if request.method == "DELETE":
        operations.archive_script(script_id=pk, actor=request.actor, now=web.now())
        return go(request, reverse("scripts:scripts"))
    form, status = ScriptForm(request.POST or None, initial=_values(request, found)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                operations.save_script(script_id=pk, actor=request.actor, now=web.now(), **form.cleaned_data)
                messages.success(request, _("Saved. Agents read it from the next call on."))
                return go(request, reverse("scripts:script", args=[pk]))
            except Refused as refused:
                status = tell(form, refused)
    return render(request, "scripts/script.html", _shown(request, found, form), status=status)


@requires(permissions.RESULTS_MANAGE)
@require_POST
def preview(request: ActorRequest) -> HttpResponse:
    """What is typed, as the desk will show it. Nothing is saved."""
    shown = _preview(request, request.POST.get("text", "")[:20_000].replace("\0", ""))
    return render(request, "scripts/_preview.html", {"blocks": shown})


def _values(request: ActorRequest, found: Script) -> dict[str, Any]:
    wanted = number_in(request, "version")
    rows = queries.versions(found)
    row = rows.filter(number=min(wanted, 2**31 - 1)).first() if wanted is not None else rows.first()
    if row is None:
        raise NotFound(kind="script")
    return {"name": found.name, "is_default": found.is_default, "text": row.text, "version": row.number}


def _shown(request: ActorRequest, found: Script | None, form: ScriptForm) -> dict[str, Any]:
    text = str(form["text"].value() or "")
    variables = [(name, WORDS[name]) for name in OF_CONTACT]
    variables += [(label, gettext_lazy("contact field")) for label in queries.labels(request.actor.organisation)]
    return {
        "script": found,
        "form": form,
        "blocks": _preview(request, text),
        "variables": variables,
        "versions": list(queries.versions(found)[:VERSIONS]) if found else [],
        "older": form.initial.get("version") if found and not form.is_bound else None,
    }


def _preview(request: ActorRequest, text: str) -> list[Block]:
    return blocks(text, _stand_ins(request.actor))


def script_preview(actor: Actor, script_id: int | None, campaign: str) -> list[Block]:
    """What agents of a campaign would read; without a script of its own, the default one. Empty: there is none."""
    shown = queries.shown_version(actor.organisation, script_id)
    return blocks(shown.text, _stand_ins(actor) | {"campaign": campaign}) if shown else []


def _stand_ins(actor: Actor) -> dict[str, str]:
    """Words in the place of a contact's: nobody's real data is shown to try a text."""
    values = {label.lower(): f"[{label}]" for label in queries.labels(actor.organisation)}
    return (
        values
        | {name: str(word) for name, word in WORDS.items()}
        | {"organisation": actor.organisation.name, "agent": actor.user.name if actor.user else ""}
    )
