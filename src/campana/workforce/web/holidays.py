"""Days on which campaigns do not call."""

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
from campana.kernel.refusals import Refused
from campana.workforce import operations, queries, web
from campana.workforce.public_holidays import COUNTRIES
from campana.workforce.web.forms import HolidayForm, PublicHolidaysForm


def _page(
    request: ActorRequest, form: HolidayForm | None = None, known: PublicHolidaysForm | None = None, status: int = 200
) -> HttpResponse:
    country = request.actor.organisation.default_country
    initial = {"year": web.now().year, "country": country if country in COUNTRIES else COUNTRIES[0]}
    context = {
        "rows": queries.holidays(request.actor).order_by("day", "pk"),
        "form": form or HolidayForm(),
        "known": known or PublicHolidaysForm(initial=initial),
    }
    return render(request, "workforce/holidays.html", context, status=status)


@requires(permissions.AGENTS_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: ActorRequest) -> HttpResponse:
    """The calendar; a POST adds a day."""
    if request.method != "POST":
        return _page(request)
    form, status = HolidayForm(request.POST), 422
    if form.is_valid():
        try:
            operations.add_holiday(actor=request.actor, now=web.now(), **form.cleaned_data)
            messages.success(request, _("The holiday is added."))
            return go(request, reverse("workforce:holidays"))
        except Refused as refused:
            status = tell(form, refused)
    return _page(request, form, status=status)


@requires(permissions.HOURS_MANAGE)
@require_POST
def public(request: ActorRequest) -> HttpResponse:
    """Add the public holidays of a country and year."""
    known, status = PublicHolidaysForm(request.POST), 422
    if known.is_valid():
        try:
            added = operations.add_public_holidays(actor=request.actor, now=web.now(), **known.cleaned_data)
            messages.success(request, _("Holidays added: %(n)d. Look them over.") % {"n": added})
            return go(request, reverse("workforce:holidays"))
        except Refused as refused:
            status = tell(known, refused)
    return _page(request, known=known, status=status)


@requires(permissions.HOURS_MANAGE)
@require_http_methods(["DELETE", "POST"])
def holiday(request: ActorRequest, pk: int) -> HttpResponse:
    operations.remove_holiday(holiday_id=pk, actor=request.actor, now=web.now())
    return go(request, reverse("workforce:holidays"))
