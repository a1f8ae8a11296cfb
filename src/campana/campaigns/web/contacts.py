"""The contacts step: sources are added and taken out one at a time, the count is exact (CAM-190 to CAM-199)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.audit_names import names_within
from campana.accounts.models import Organisation
from campana.accounts.web.answers import go
from campana.campaigns import operations, web
from campana.campaigns.models import Campaign
from campana.campaigns.operations.add_sources import remove_source
from campana.campaigns.queries.intake import Brought, brought
from campana.campaigns.queries.overview import campaign_of, visible
from campana.campaigns.queries.sources import SourceKind, tasks_in
from campana.campaigns.web.frame import address, errors_of, frame
from campana.campaigns.words import source_words
from campana.crm.models import Contact, ContactGroup, SavedFilter
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
        "sources": [
            {"word": word, "told": one}
            for word, one in zip(_words(campaign.tasks_to_build, tenant), told_all, strict=True)
        ],
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


def _words(sources: list[dict[str, Any]], tenant: Organisation) -> list[str]:
    names = names_within(tenant.pk, sources)
    return [source_words(source, names.of(source["kind"], int(source.get("id") or 0))) for source in sources]


def _totals(told: list[Brought]) -> dict[str, int]:
    names = ("given", "callable", "duplicates", "suppressed", "invalid", "over_limit")
    return {name: sum(getattr(one, name) for one in told) for name in names}
