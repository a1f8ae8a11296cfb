"""The numbers customers see: health, use, rest."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go, tell
from campana.hotlines import operations, queries, web
from campana.hotlines.models import Hotline
from campana.hotlines.operations.hotlines import stamp_of
from campana.hotlines.web import answering as answering_part
from campana.hotlines.web.forms import AnsweringForm, ChangeHotlineForm, NewHotlineForm
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused
from campana.ui.sheets import sheet
from campana.workforce.models import Agent


def _trunks(request: ActorRequest) -> list[tuple[str, str]]:
    return [(str(trunk.pk), trunk.name) for trunk in queries.trunks(request.actor).order_by("name")]


def _agents(request: ActorRequest) -> list[tuple[str, str]]:
    rows = Agent.objects.filter(organisation=request.actor.organisation, user__state="active").select_related("user")
    return [(str(agent.pk), agent.user.name) for agent in rows.order_by("user__name")]


@requires(permissions.HOTLINES_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def hotlines(request: ActorRequest) -> HttpResponse:
    """The list; a POST adds a number."""
    trunks = _trunks(request)
    form, status = NewHotlineForm(trunks, request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                operations.create_hotline(actor=request.actor, now=web.now(), **form.cleaned_data)
                messages.success(request, _("The hotline is added."))
                return go(request, reverse("hotlines:hotlines"))
            except Refused as refused:
                status = tell(form, refused)
    now, page = web.now(), sheet(request, queries.hotlines(request.actor), "number")
    rows = [(row, *_reason(request, row, now)) for row in page.rows]
    context = {"rows": rows, "page": page, "form": form, "trunks": trunks, "now": now}
    return render(request, "hotlines/hotlines.html", context, status=status)


@requires(permissions.HOTLINES_MANAGE)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def hotline(request: ActorRequest, pk: int) -> HttpResponse:
    found = queries.hotline(request.actor, pk)
    if request.method == "DELETE":
        operations.delete_hotline(hotline_id=pk, actor=request.actor, now=web.now())
        return go(request, reverse("hotlines:hotlines"))
    initial = _initial(found)
    form, status = ChangeHotlineForm(_agents(request), _trunks(request), request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                values = dict(form.cleaned_data)
                shown_by = values.pop("agents")
                given: dict[str, Any] = {"hotline_id": pk, "actor": request.actor, "now": web.now()}
                with transaction.atomic():
                    operations.change_hotline(**given, seen=request.POST.get("seen"), **values)
                    operations.show_for(**given, agent_ids=shown_by)
                messages.success(request, _("Saved."))
                return go(request, reverse("hotlines:hotlines"))
            except Refused as refused:
                status = tell(form, refused)
    context = page(request, found, form) | {"answering": answering_part.part(request, found)}
    return render(request, "hotlines/hotline.html", context, status=status)


def page(request: ActorRequest, found: Hotline, form: ChangeHotlineForm | None = None) -> dict[str, Any]:
    """What the page of one hotline shows, but for who answers it."""
    cause, code = _reason(request, found, web.now())
    if form is None:
        form = ChangeHotlineForm(_agents(request), _trunks(request), initial=_initial(found))
    seen = request.POST.get("seen", "") if form.is_bound else stamp_of(found)
    return {"hotline": found, "form": form, "seen": seen, "cause": cause, "sip_code": code, "now": web.now()}


def _initial(found: Hotline) -> dict[str, Any]:
    shown_by = list(found.own_of.values_list("agent_id", flat=True))
    return {"label": found.label, "trunk_id": found.trunk_id, "enabled": found.enabled, "agents": shown_by}


def _reason(request: ActorRequest, row: Hotline, now: Instant) -> tuple[str, int | None]:
    """Why a number rests; blank for one that does not."""
    if row.resting_until is None or row.resting_until <= now:
        return "", None
    return queries.why_resting(request.actor, row)


@requires(permissions.HOTLINES_MANAGE)
@require_http_methods(["DELETE", "POST"])
def rest(request: ActorRequest, pk: int) -> HttpResponse:
    """End the rest of a hotline that failed."""
    operations.release_hotline(hotline_id=pk, actor=request.actor, now=web.now())
    messages.success(request, _("The hotline is tried again at once."))
    return go(request, reverse("hotlines:hotlines"))


@requires(permissions.HOTLINES_MANAGE)
@require_http_methods(["POST", "DELETE"])
def answering(request: ActorRequest, pk: int) -> HttpResponse:
    """POST: these people answer the number from now on. DELETE: nobody does."""
    found = queries.hotline(request.actor, pk)
    address = reverse("hotlines:hotline", args=[pk])
    if request.method == "DELETE":
        operations.stop_answering(hotline_id=pk, actor=request.actor, now=web.now())
        messages.success(request, _("Nobody answers this number any more."))
        return go(request, address)
    form, status = AnsweringForm(answering_part.hours(request.actor), request.POST), 422
    if form.is_valid():
        try:
            operations.answer_calls(
                hotline_id=pk,
                actor=request.actor,
                seen=request.POST.get("seen"),
                now=web.now(),
                **answering_part.values(request, form),
            )
            messages.success(request, _("Saved."))
            return go(request, address)
        except Refused as refused:
            status = tell(form, refused)
    context = page(request, found) | {"answering": answering_part.part(request, found, form)}
    return render(request, "hotlines/hotline.html", context, status=status)
