"""The carrier connections hotlines go over."""

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
from campana.hotlines import operations, queries, web
from campana.hotlines.web.forms import NewTrunkForm, TrunkForm
from campana.hotlines.web.trunk_page import shown, values_of
from campana.kernel.refusals import Refused

MOST = 200
"""Trunks on the page; who has more has another problem."""


@requires(permissions.HOTLINES_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def trunks(request: ActorRequest) -> HttpResponse:
    """The list; a POST adds a trunk."""
    form, status = NewTrunkForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                operations.create_trunk(actor=request.actor, now=web.now(), **form.cleaned_data)
                messages.success(request, _("The trunk is added."))
                return go(request, reverse("hotlines:trunks"))
            except Refused as refused:
                status = tell(form, refused)
    found = queries.trunks(request.actor).order_by("name")[:MOST]
    rows = [(trunk, queries.trunk_health(request.actor, trunk)) for trunk in found]
    return render(request, "hotlines/trunks.html", {"rows": rows, "form": form}, status=status)


@requires(permissions.HOTLINES_MANAGE)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def trunk(request: ActorRequest, pk: int) -> HttpResponse:
    found = queries.trunk(request.actor, pk)
    if request.method == "DELETE":
        operations.delete_trunk(trunk_id=pk, actor=request.actor, now=web.now())
        return go(request, reverse("hotlines:trunks"))
    form, status = TrunkForm(request.POST or None, initial=values_of(found)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                operations.change_trunk(
                    trunk_id=pk,
                    actor=request.actor,
                    seen=request.POST.get("seen"),
                    now=web.now(),
                    **form.cleaned_data,
                )
                messages.success(request, _("Saved."))
                return go(request, reverse("hotlines:trunks"))
            except Refused as refused:
                status = tell(form, refused)
    return render(request, "hotlines/trunk.html", shown(request, found, form=form), status=status)
