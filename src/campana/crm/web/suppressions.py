"""The do-not-call list."""

from __future__ import annotations

from datetime import datetime, time

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go, tell
from campana.accounts.web.lists import listing
from campana.crm import operations, web
from campana.crm.models import Suppression
from campana.crm.numbers import read_number
from campana.crm.queries.contacts import contact_of
from campana.crm.queries.imports import suppression_of
from campana.crm.queries.imports import suppressions as all_suppressions
from campana.crm.web.forms import REASONS, SuppressionForm
from campana.crm.web.tables import SUPPRESSIONS
from campana.kernel.refusals import Refused
from campana.ui.tables import Listing


@requires(permissions.SUPPRESSIONS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def suppressions(request: ActorRequest) -> HttpResponse:
    """POST puts a number on the list, or the contact of the form's ``contact``."""
    organisation = request.actor.organisation
    form, status = SuppressionForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _suppress(request, form)
            except Refused as refused:
                status = tell(form, refused)
    words = request.GET.get("q", "").replace("\0", "")[:60]
    rows = all_suppressions(organisation, web.now())
    if words.strip():
        number = read_number(words, organisation.default_country).number
        rows = (
            rows.filter(number=number) if number else rows.filter(number__contains="".join(filter(str.isdigit, words)))
        )
    return render(
        request,
        "crm/suppressions.html",
        {"form": form, "listing": _listed(request, rows), "words": words},
        status=status,
    )


@requires(permissions.SUPPRESSIONS_REMOVE)
@require_POST
def lift(request: ActorRequest, pk: int) -> HttpResponse:
    """Take an entry off, with a reason."""
    row = suppression_of(request.actor.organisation, pk)
    reason = request.POST.get("reason", "")
    operations.lift_suppression(actor=request.actor, suppression=row, reason=reason, now=web.now())
    messages.success(request, _("Taken off the do-not-call list."))
    back = reverse("crm:contact", args=[row.contact_id]) if row.contact_id else reverse("crm:suppressions")
    return go(request, back)


@requires(permissions.SUPPRESSIONS_REMOVE)
@require_POST
def lifted(request: ActorRequest) -> HttpResponse:
    """Take the ticked entries off, with one reason."""
    ids = [int(text) for text in request.POST.getlist("ids") if text.isascii() and text.isdecimal() and len(text) < 19]
    with transaction.atomic():
        for row in Suppression.objects.filter(organisation=request.actor.organisation, pk__in=ids[:1000]):
            reason = request.POST.get("reason", "")
            operations.lift_suppression(actor=request.actor, suppression=row, reason=reason, now=web.now())
    messages.success(request, _("Taken off the do-not-call list."))
    return go(request, reverse("crm:suppressions"))


def _listed(request: ActorRequest, rows: QuerySet[Suppression]) -> Listing:
    """With the reasons in words, and lifting where the reader may."""
    listed = listing(request, SUPPRESSIONS, rows)
    words = dict(REASONS)
    for row, _label in listed.rows:
        row.said_reason = words.get(row.reason, _("Asked not to be called again"))
    return listed


def _suppress(request: ActorRequest, form: SuppressionForm) -> HttpResponse:
    data = form.cleaned_data
    given = request.POST.get("contact", "")
    contact = contact_of(request.actor.organisation, int(given)) if given.isdigit() and len(given) < 19 else None
    until = data["ends_at"]
    ends_at = datetime.combine(until, time(), get_current_timezone()) if until else None
    operations.suppress(
        actor=request.actor,
        contact=contact,
        number=data["number"],
        reason=data["reason"],
        note=data["note"],
        ends_at=ends_at,
        now=web.now(),
    )
    messages.success(request, _("On the do-not-call list."))
    return go(request, reverse("crm:contact", args=[contact.pk]) if contact else reverse("crm:suppressions"))
