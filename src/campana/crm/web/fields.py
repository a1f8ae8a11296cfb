"""Custom fields."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go, tell
from campana.crm import operations, web
from campana.crm.models import CustomField
from campana.crm.queries.custom import field_of
from campana.crm.queries.custom import fields as all_fields
from campana.crm.web.forms import TYPES, FieldForm
from campana.kernel.refusals import Refused


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


def _page(request: ActorRequest, found: CustomField | None) -> HttpResponse:
    initial = {"type": "text", "on_card": True}
    if found is not None:
        initial = {name: getattr(found, name) for name in ("label", "type", "required", "on_card")}
        initial["choices"] = "\n".join(found.choices)
    form, status = FieldForm(request.POST or None, initial=initial), 200
    if found is not None:
        del form.fields["type"]
    if request.method == "POST":
        status = 422
        if form.is_valid():
            form.cleaned_data.setdefault("type", "text")
            try:
                operations.save_field(actor=request.actor, field=found, now=web.now(), **form.values())
            except Refused as refused:
                status = tell(form, refused)
            else:
                messages.success(request, _("Saved."))
                return go(request, reverse("crm:fields"))
    words = dict(TYPES)
    rows = [(row, words[row.type]) for row in all_fields(request.actor.organisation).order_by("position", "pk")]
    return render(request, "crm/fields.html", {"rows": rows, "form": form, "field": found}, status=status)
