"""Days on which campaigns do not call, a year at a time."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go, tell
from campana.kernel.refusals import Refused
from campana.ui.asking import number_in
from campana.workforce import operations, queries, web
from campana.workforce.models import Holiday
from campana.workforce.public_holidays import COUNTRIES
from campana.workforce.web.forms import COUNTRY_NAMES, HolidayForm, PublicHolidaysForm

YEARS: Final = 5
"""How far back and ahead the calendar can be turned."""


def _page(
    request: ActorRequest, form: HolidayForm | None = None, known: PublicHolidaysForm | None = None, status: int = 200
) -> HttpResponse:
    this, country = web.now().year, request.actor.organisation.default_country
    year = number_in(request, "year") or this
    year = min(max(year, this - YEARS), this + YEARS)
    initial = {"year": year, "country": country if country in COUNTRIES else COUNTRIES[0]}
    context = {
        "rows": [
            (row, COUNTRY_NAMES.get(row.country, row.country), _holds(row, country)) for row in _days(request, year)
        ],
        "year": year,
        "previous": year - 1 if year > this - YEARS else None,
        "next": year + 1 if year < this + YEARS else None,
        "country": COUNTRY_NAMES.get(country, country),
        "form": form or HolidayForm(),
        "known": known or PublicHolidaysForm(initial=initial),
    }
    return render(request, "workforce/holidays.html", context, status=status)


def _days(request: ActorRequest, year: int) -> list[Holiday]:
    return list(queries.calendar(request.actor).filter(day__year=year).order_by("day", "country", "pk")[:1000])


def _holds(row: Holiday, country: str) -> str:
    """``yes``, ``out`` when it was taken out, ``there`` when it keeps calls from people of another country only."""
    if row.taken_out:
        return "out"
    return "yes" if row.country in {"", country} else "there"


@requires(permissions.AGENTS_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: ActorRequest) -> HttpResponse:
    """The calendar; a POST adds a day."""
    if request.method != "POST":
        return _page(request)
    form, status = HolidayForm(request.POST), 422
    if form.is_valid():
        try:
            row = operations.add_holiday(actor=request.actor, now=web.now(), **form.cleaned_data)
            messages.success(request, _("The holiday is added."))
            return _back(request, row.day.year)
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
            text = ngettext("%(n)d holiday added. Look it over.", "%(n)d holidays added. Look them over.", added)
            messages.success(request, text % {"n": added} if added else _("All of them were there already."))
            return _back(request, known.cleaned_data["year"])
        except Refused as refused:
            status = tell(known, refused)
    return _page(request, known=known, status=status)


@requires(permissions.HOURS_MANAGE)
@require_http_methods(["DELETE", "POST", "PUT"])
def holiday(request: ActorRequest, pk: int) -> HttpResponse:
    """POST and DELETE take a day out; PUT, or POST with ``back``, puts a public one back."""
    row = queries.calendar(request.actor).filter(pk=pk).first()
    back = request.method == "PUT" or request.POST.get("back") == "1"
    act = operations.put_back_holiday if back else operations.remove_holiday
    act(holiday_id=pk, actor=request.actor, now=web.now())
    return _back(request, row.day.year if row else web.now().year)


def _back(request: ActorRequest, year: int) -> HttpResponse:
    return go(request, f"{reverse('workforce:holidays')}?year={year}")
