"""What the browser's telephone asks of the server. Answers are JSON and never kept: one of them holds a password."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from campana.accounts.access import actor_of, requires
from campana.accounts.permissions import CALLS_MAKE
from campana.desk import operations, queries
from campana.desk.operations.places import agent_of
from campana.desk.operations.telephone import DeskTaken
from campana.desk.telephones import ice_servers
from campana.kernel.clock import utc_now


@requires(CALLS_MAKE)
@require_POST
def holder(request: HttpRequest) -> HttpResponse:
    """Make this tab the desk; with ``force`` from whoever has it."""
    tab, force = request.POST.get("tab", ""), bool(request.POST.get("force"))
    try:
        operations.take_desk(actor=actor_of(request), tab=tab, force=force, now=utc_now())
    except DeskTaken:
        return _kept_nowhere({"mine": False})
    return _kept_nowhere({"mine": True})


@requires(CALLS_MAKE)
@require_POST
def leaving(request: HttpRequest) -> HttpResponse:
    operations.leave_desk(actor=actor_of(request), tab=request.POST.get("tab", ""))
    return HttpResponse(status=204)


@requires(CALLS_MAKE)
@require_POST
def account(request: HttpRequest) -> HttpResponse:
    now = utc_now()
    opened = operations.open_account(actor=actor_of(request), tab=request.POST.get("tab", ""), now=now)
    return _kept_nowhere(
        {
            "address": settings.TELEPHONE_URL,
            "name": opened.name,
            "password": opened.password,
            "seconds": int((opened.until - now).total_seconds()),
            "ice": ice_servers(opened.agent, now),
        }
    )


@requires(CALLS_MAKE)
@require_POST
def ringing(request: HttpRequest) -> HttpResponse:
    """Ring this tab again for the call that is up."""
    rings = operations.ring_again(actor=actor_of(request), tab=request.POST.get("tab", ""), now=utc_now())
    return _kept_nowhere({"rings": rings})


@requires(CALLS_MAKE)
@require_GET
def offer(request: HttpRequest) -> HttpResponse:
    """Whether the desk answers by itself: calls that we make, where the campaign says so, and talks to be heard."""
    agent = agent_of(actor_of(request))
    place = queries.place_of(agent)
    calls_out = not place.came_in and (place.campaign is None or place.campaign.auto_answer)
    automatic = calls_out or queries.hears(agent) is not None
    return _kept_nowhere({"automatic": automatic})


@requires(CALLS_MAKE)
@require_POST
def choice(request: HttpRequest) -> HttpResponse:
    operations.choose_telephone(
        actor=actor_of(request), browser=request.POST.get("telephone") == "browser", now=utc_now()
    )
    response = HttpResponse(status=204)
    response.headers["HX-Trigger"] = "telephone-chosen"
    return response


def _kept_nowhere(answer: dict[str, object]) -> JsonResponse:
    response = JsonResponse(answer)
    response.headers["Cache-Control"] = "no-store"
    return response
