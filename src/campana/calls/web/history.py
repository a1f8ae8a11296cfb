"""The calls of one contact, newest first: a fragment that the contact's page fetches for itself."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from campana.accounts import permissions
from campana.accounts.access import actor_of, requires
from campana.calls import queries
from campana.crm.queries.contacts import contact_of

MOST: Final = 30


@requires(permissions.CALLS_VIEW)
@require_GET
def of_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    actor = actor_of(request)
    contact = contact_of(actor.organisation, contact_id)
    rows = queries.narrowed(actor, queries.AttemptFilter()).filter(contact=contact).order_by("-pk")
    found = list(rows.select_related(*queries.WITH_NAMES, "script_version")[: MOST + 1])
    for row in found:
        row.said = queries.said_in(row)  # type: ignore[attr-defined]
    given = {"attempts": found[:MOST], "more": len(found) > MOST, "most": MOST}
    return render(request, "calls/_of_contact.html", given)
