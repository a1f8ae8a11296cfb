"""Contact groups."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.accounts.web.lists import listing
from campana.crm import operations, web
from campana.crm.operations.groups import stamp_of
from campana.crm.queries.contacts import contacts
from campana.crm.queries.filters import filter_of
from campana.crm.queries.filters import filters as saved_filters
from campana.crm.queries.groups import group_of, with_sizes
from campana.crm.web.paging import sheet
from campana.crm.web.tables import GROUPS
from campana.kernel.refusals import Refused
from campana.ui.words import refusal_words


@requires(permissions.CONTACTS_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: ActorRequest) -> HttpResponse:
    problem, status = "", 200
    if request.method == "POST":
        try:
            made = operations.create_group(actor=request.actor, name=request.POST.get("name", ""), now=web.now())
            return go(request, reverse("crm:group", args=[made.pk]))
        except Refused as refused:
            problem, status = refusal_words(refused), refused.status
    words = request.GET.get("q", "").replace("\0", "").strip()[:150]
    rows = with_sizes(request.actor.organisation).filter(name__icontains=words)
    context = {
        "listing": listing(request, GROUPS, rows),
        "words": words,
        "problem": problem,
        "name": request.POST.get("name", ""),
    }
    return render(request, "crm/groups.html", context, status=status)


@requires(permissions.CONTACTS_VIEW)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def group(request: ActorRequest, pk: int) -> HttpResponse:
    """POST renames, DELETE deletes; the contacts stay."""
    found = group_of(request.actor.organisation, pk)
    problem, status = "", 200
    if request.method == "DELETE":
        operations.delete_group(actor=request.actor, group=found, now=web.now())
        return go(request, reverse("crm:groups"))
    if request.method == "POST":
        try:
            operations.rename_group(
                actor=request.actor,
                group=found,
                name=request.POST.get("name", ""),
                seen=request.POST.get("seen"),
                now=web.now(),
            )
            return go(request, reverse("crm:group", args=[pk]))
        except Refused as refused:
            problem, status = refusal_words(refused), refused.status
    rows = contacts(request.actor.organisation).filter(memberships__group=found).prefetch_related("numbers")
    context = {
        "group": found,
        "name": request.POST.get("name", "") if problem else found.name,
        "seen": request.POST.get("seen", "") if problem else stamp_of(found),
        "sheet": sheet(request, rows),
        "filters": saved_filters(request.actor).order_by("name"),
        "problem": problem,
    }
    return render(request, "crm/group.html", context, status=status)


@requires(permissions.CONTACTS_MANAGE)
@require_http_methods(["POST", "DELETE"])
def members(request: ActorRequest, pk: int) -> HttpResponse:
    """POST adds ticked contacts (``ids``) or those of a ``filter``; DELETE takes ticked ones out."""
    found = group_of(request.actor.organisation, pk)
    given = request.POST if request.method == "POST" else request.GET
    ids = [int(text) for text in given.getlist("ids") if text.isdigit() and len(text) < 19]
    if request.method == "DELETE":
        operations.remove_from_group(actor=request.actor, group=found, ids=ids, now=web.now())
        return go(request, reverse("crm:group", args=[pk]))
    chosen = given.get("filter", "")
    condition = filter_of(request.actor, int(chosen)).condition if chosen.isdigit() and len(chosen) < 19 else None
    added = operations.add_to_group(actor=request.actor, group=found, ids=ids, condition=condition, now=web.now())
    text = ngettext("%(count)s contact joined %(group)s.", "%(count)s contacts joined %(group)s.", added)
    messages.success(request, text % {"count": added, "group": found.name} if added else _("All were members already."))
    return go(request, reverse("crm:group", args=[pk]))
