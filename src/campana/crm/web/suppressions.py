"""The do-not-call list."""

from __future__ import annotations

from datetime import datetime, time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go, tell
from campana.crm import operations, web
from campana.crm.numbers import read_number
from campana.crm.queries.contacts import contact_of
from campana.crm.queries.imports import suppression_of
from campana.crm.queries.imports import suppressions as all_suppressions
from campana.crm.web.forms import SuppressionForm
from campana.crm.web.paging import sheet
from campana.kernel.refusals import Refused


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
        request, "crm/suppressions.html", {"form": form, "sheet": sheet(request, rows), "words": words}, status=status
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
