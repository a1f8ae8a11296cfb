"""Groups of people."""

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
from campana.kernel.refusals import Refused
from campana.ui.sheets import sheet
from campana.workforce import operations, queries, web
from campana.workforce.operations.groups import stamp_of
from campana.workforce.web.forms import GroupForm


def _agents(request: ActorRequest) -> list[tuple[str, str]]:
    rows = queries.agents(request.actor).order_by("user__name", "pk")
    return [(str(agent.pk), agent.user.name) for agent in rows]


@requires(permissions.AGENTS_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: ActorRequest) -> HttpResponse:
    """The list; a POST makes a group."""
    form, status = GroupForm(_agents(request), request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                operations.create_group(actor=request.actor, now=web.now(), **form.cleaned_data)
                messages.success(request, _("The group is made."))
                return go(request, reverse("workforce:groups"))
            except Refused as refused:
                status = tell(form, refused)
    context = {"page": sheet(request, queries.groups(request.actor), "name"), "form": form}
    return render(request, "workforce/groups.html", context, status=status)


@requires(permissions.AGENTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def group(request: ActorRequest, pk: int) -> HttpResponse:
    found = queries.group(request.actor, pk)
    if request.method == "DELETE":
        operations.delete_group(group_id=pk, actor=request.actor, now=web.now())
        return go(request, reverse("workforce:groups"))
    initial = {"name": found.name, "members": [str(agent.pk) for agent in found.members.all()]}
    form, status = GroupForm(_agents(request), request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                given = form.cleaned_data | {"seen": request.POST.get("seen")}
                operations.save_group(group_id=pk, actor=request.actor, now=web.now(), **given)
                messages.success(request, _("Saved."))
                return go(request, reverse("workforce:groups"))
            except Refused as refused:
                status = tell(form, refused)
    seen = request.POST.get("seen", "") if form.is_bound else stamp_of(found)
    return render(request, "workforce/group.html", {"group": found, "form": form, "seen": seen}, status=status)
