"""The index of the administration."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from campana.accounts import web
from campana.accounts.access import ActorRequest, signed_in
from campana.onboarding.queries import Stock, stock
from campana.onboarding.web.places import LOOK, MISSING, Place, places_of


@signed_in
@require_safe
def settings(request: ActorRequest) -> HttpResponse:
    """Everything the reader may set up; what is missing is named first."""
    here: datetime = web.now().astimezone(ZoneInfo(request.actor.organisation.time_zone))
    found = stock(request.actor, here.date())
    sections = [(word, [_row(place, found) for place in places]) for word, places in places_of(request.actor)]
    rows = [row for _word, rows in sections for row in rows]
    context = {
        "sections": sections,
        "missing": [row for row in rows if row["standing"] == MISSING],
        "look": [row for row in rows if row["standing"] == LOOK],
    }
    return render(request, "onboarding/settings.html", context)


def _row(place: Place, found: Stock) -> dict[str, Any]:
    standing, text = place.standing(found)
    return {
        "address": reverse(place.route),
        "word": place.word,
        "sentence": place.sentence,
        "standing": standing,
        "text": text,
    }
