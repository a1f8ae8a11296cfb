"""Custom fields: made, changed, put in order, archived."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go, tell
from campana.crm import operations, web
from campana.crm.models import CustomField
from campana.crm.operations.fields import stamp_of
from campana.crm.queries.custom import archived, field_of
from campana.crm.queries.custom import fields as all_fields
from campana.crm.web.forms import FieldForm
from campana.kernel.refusals import Refused
from campana.ui.kinds import FIELD_TYPES


@requires(permissions.FIELDS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def fields(request: ActorRequest) -> HttpResponse:
    return _page(request, None)


@requires(permissions.FIELDS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def field(request: ActorRequest, pk: int) -> HttpResponse:
    found = field_of(request.actor.organisation, pk)
    if request.method == "DELETE":
        operations.delete_field(actor=request.actor, field=found, now=web.now())
        return go(request, reverse("crm:fields"))
    return _page(request, found)


@requires(permissions.FIELDS_MANAGE)
@require_http_methods(["PUT", "DELETE", "POST"])
def use(request: ActorRequest, pk: int) -> HttpResponse:
    """Whether a field is in use: DELETE archives it, PUT and POST bring it back."""
    found = field_of(request.actor.organisation, pk)
    act = operations.archive_field if request.method == "DELETE" else operations.bring_back_field
    act(actor=request.actor, field=found, now=web.now())
    return go(request, reverse("crm:fields"))


@requires(permissions.FIELDS_MANAGE)
@require_POST
def order(request: ActorRequest) -> HttpResponse:
    """``field``: ids in their order; ``up`` or ``down`` moves one of them, for who has no script."""
    ids = [int(text) for text in request.POST.getlist("field")[:500] if text.isascii() and text.isdigit()]
    ids = [pk for pk in ids if pk < 2**63]
    for name, by in (("up", -1), ("down", 1)):
        place = next((i for i, pk in enumerate(ids) if str(pk) == request.POST.get(name)), None)
        if place is not None:
            other = min(max(place + by, 0), len(ids) - 1)
            ids[place], ids[other] = ids[other], ids[place]
    operations.order_fields(actor=request.actor, ids=ids, now=web.now())
    messages.success(request, _("The order is saved."))
    return go(request, reverse("crm:fields"))


def _page(request: ActorRequest, found: CustomField | None) -> HttpResponse:
    initial = {"type": "text", "on_card": True}
    if found is not None:
        initial = {name: getattr(found, name) for name in ("label", "type", "required", "on_card")}
        initial["choices"] = "\n".join(found.choices)
    form, status = FieldForm(request.POST or None, initial=initial), 200
    seen = None
    if found is not None:
        del form.fields["type"]
        seen = request.POST.get("seen") if form.is_bound else stamp_of(found)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            form.cleaned_data.setdefault("type", "text")
            try:
                operations.save_field(actor=request.actor, field=found, seen=seen, now=web.now(), **form.values())
            except Refused as refused:
                status = tell(form, refused)
            else:
                messages.success(request, _("Saved."))
                return go(request, reverse("crm:fields"))
    words, tenant = dict(FIELD_TYPES), request.actor.organisation
    rows = [(row, words[row.type]) for row in all_fields(tenant).order_by("position", "pk")]
    away = [(row, words[row.type]) for row in archived(tenant).order_by("label")]
    context = {"rows": rows, "away": away, "form": form, "field": found, "type": words[found.type] if found else ""}
    context["seen"] = seen or ""
    return render(request, "crm/fields.html", context, status=status)
