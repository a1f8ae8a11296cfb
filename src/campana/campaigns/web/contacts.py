"""The contacts step: sources are added and taken out one at a time, the count is exact (CAM-190 to CAM-199)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.campaigns import operations, web
from campana.campaigns.models import Campaign
from campana.campaigns.operations.add_sources import remove_source
from campana.campaigns.queries.intake import Brought, brought
from campana.campaigns.queries.overview import campaign_of, visible
from campana.campaigns.queries.sources import SourceKind, tasks_in
from campana.campaigns.web.frame import address, errors_of, frame
from campana.crm.models import Contact, ContactGroup, ContactImport, SavedFilter
from campana.crm.queries.contacts import search as search_contacts
from campana.crm.queries.imports import imports
from campana.engine.words import TaskState
from campana.kernel.refusals import Refused
from campana.ui.asking import refreshes

FOUND = 50
UNREACHED = [TaskState.NOT_REACHED, TaskState.NOT_PROCESSED]


@requires(permissions.CAMPAIGNS_CONTACTS)
@require_GET
def contacts(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, campaign_of(request.actor, pk))


@requires(permissions.CAMPAIGNS_CONTACTS)
@require_POST
def sources(request: ActorRequest, pk: int) -> HttpResponse:
    """Add a source: ``kind`` with ``id``, or ``ids`` of picked contacts."""
    campaign = campaign_of(request.actor, pk)
    kind = request.POST.get("kind", "")
    given: dict[str, Any] = {"kind": kind, "id": request.POST.get("id", "")}
    if request.POST.get("states") == "unreached":
        given["states"] = UNREACHED
    if kind == SourceKind.CONTACTS:
        given = {"kind": kind, "ids": request.POST.getlist("ids")}
    try:
        operations.add_sources(campaign=campaign, actor=request.actor, sources=[given], now=web.now())
    except Refused as refused:
        return _page(request, campaign, errors=errors_of(refused), status=refused.status)
    messages.success(request, _("Contacts added."))
    return go(request, address(campaign, "contacts"))


@requires(permissions.CAMPAIGNS_CONTACTS)
@require_http_methods(["DELETE", "POST"])
def source(request: ActorRequest, pk: int, place: int) -> HttpResponse:
    """Take a source out of a draft."""
    campaign = campaign_of(request.actor, pk)
    remove_source(campaign=campaign, actor=request.actor, place=place, now=web.now())
    return go(request, address(campaign, "contacts"))


def _page(
    request: ActorRequest, campaign: Campaign, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    search = request.GET.get("search", "").replace("\0", "").strip()[:100]
    tenant = request.actor.organisation
    told = operations.look(campaign=campaign, now=web.now())
    if told.counting and refreshes(request, "chosen"):
        return HttpResponse(status=204)
    told_all = brought(told)
    context = frame(campaign, "contacts", told) | {
        "sources": [_told(source, one) for source, one in zip(campaign.tasks_to_build, told_all, strict=True)],
        "totals": _totals(told_all),
        "tasks": tasks_in(campaign),
        "limit": tenant.campaign_contacts_limit,
    }
    if refreshes(request, "chosen"):
        return render(request, "campaigns/_sources.html", context | {"oob": True})
    context |= {
        "full": told.count >= tenant.campaign_contacts_limit,
        "directory_empty": not Contact.objects.filter(organisation=tenant, deleted_at__isnull=True).exists(),
        "contact_groups": ContactGroup.objects.filter(organisation=tenant).order_by("name"),
        "filters": SavedFilter.objects.filter(organisation=tenant).order_by("name"),
        "imports": imports(tenant).filter(campaign_id=None).exclude(state="failed").order_by("-pk")[:20],
        "others": visible(request.actor).exclude(pk=campaign.pk).order_by("-pk")[:100],
        "search": search,
        "found": search_contacts(tenant, search).prefetch_related("numbers").order_by("-pk")[:FOUND] if search else [],
        "problem": " ".join((errors or {}).values()),
    }
    return render(request, "campaigns/contacts.html", context, status=status)


def _told(source: dict[str, Any], told: Brought) -> dict[str, Any]:
    return {"word": _word(source), "told": told}


def _totals(told: list[Brought]) -> dict[str, int]:
    names = ("given", "callable", "duplicates", "suppressed", "invalid", "over_limit")
    return {name: sum(getattr(one, name) for one in told) for name in names}


def _word(source: dict[str, Any]) -> str:
    kind, pk = SourceKind(source["kind"]), int(source.get("id") or 0)
    if kind is SourceKind.CONTACTS:
        count = len(source["ids"])
        return ngettext("One picked contact", "%(n)d picked contacts", count) % {"n": count}
    if kind is SourceKind.GROUP:
        return _("Group: %(name)s") % {"name": _name(ContactGroup, pk)}
    if kind is SourceKind.FILTER:
        return _("Filter: %(name)s") % {"name": _name(SavedFilter, pk)}
    if kind is SourceKind.IMPORT:
        return _("File: %(name)s") % {"name": _name(ContactImport, pk, "file_name")}
    if source.get("states"):
        return _("Not reached in the campaign: %(name)s") % {"name": _name(Campaign, pk)}
    return _("Campaign: %(name)s") % {"name": _name(Campaign, pk)}


def _name(model: type[Model], pk: int, column: str = "name") -> str:
    """The name of something that may have been deleted since."""
    found = model._default_manager.filter(pk=pk).values_list(column, flat=True).first()
    return str(found or _("deleted"))
