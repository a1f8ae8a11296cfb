"""The desk page, its console, and presence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from campana.accounts.access import actor_of, requires
from campana.accounts.permissions import CALLS_MAKE
from campana.calls.models import CallRequest, Monitor
from campana.calls.queries import requests as calls
from campana.desk import operations, queries
from campana.desk.operations.moments import moments
from campana.desk.operations.places import NotAnAgent, agent_of
from campana.desk.operations.telephone import holds
from campana.desk.telephones import accounts, telephone_of
from campana.desk.words import PAUSE_REASONS, SKIP_REASONS, TELEPHONE
from campana.engine.words import Presence
from campana.kernel.clock import Instant, utc_now
from campana.kernel.refusals import Invalid
from campana.ui.middleware.headers import policy
from campana.workforce.models import Agent


@requires(CALLS_MAKE)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """One page that never reloads."""
    try:
        agent = agent_of(actor_of(request))
    except NotAnAgent:
        return render(request, "desk/no_place.html", status=403)
    given = _context(request, _found(agent))
    given["config"] = _config(str(given["telephone"]))
    response = render(request, "desk/desk.html", given)
    if settings.TELEPHONE_URL:
        response.headers["Content-Security-Policy"] = policy(connect=_origin(settings.TELEPHONE_URL))
    return response


@requires(CALLS_MAKE)
@require_GET
def console(request: HttpRequest) -> HttpResponse:
    """The console, and the working area with it when another contact has come; 204 when nothing has changed."""
    return console_answer(request, asked=False)


@requires(CALLS_MAKE)
@require_GET
def idle(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/_idle.html", idle_context(agent_of(actor_of(request))))


@requires(CALLS_MAKE)
@require_POST
def presence(request: HttpRequest) -> HttpResponse:
    try:
        wanted = Presence(request.POST.get("presence", ""))
    except ValueError:
        raise Invalid(field="presence") from None
    reason = request.POST.get("reason", "")
    operations.change_presence(actor=actor_of(request), presence=wanted, reason=reason, now=utc_now())
    answer = console_answer(request, asked=False)
    answer.headers.setdefault("HX-Trigger", "presence-asked")  # the desk's next beat is due at once
    return answer


@requires(CALLS_MAKE)
@require_POST
def beat(request: HttpRequest) -> HttpResponse:
    told = request.POST
    operations.beat(
        actor=actor_of(request), tab=told.get("tab", ""), telephone=told.get("telephone") != "0", now=utc_now()
    )
    return HttpResponse(status=204)


def console_answer(request: HttpRequest, *, asked: bool = True) -> HttpResponse:
    """``asked``: a wish was just left; its button is busy until the engine has answered."""
    agent = agent_of(actor_of(request))
    told = request.GET if request.method == "GET" else request.POST
    if not holds(agent, told.get("tab", "")):
        answer = HttpResponse(status=204)
        answer.headers["HX-Trigger"] = "desk-taken"
        return answer
    found = _found(agent)
    if not asked and request.method == "GET" and told.get("seen") == found.seen:
        return HttpResponse(status=204)
    given = _context(request, found)
    given |= {"asked": asked, "new_work": told.get("work") != found.place.work}
    return render(request, "desk/_console_answer.html", given)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the console is drawn from, read once: enough to tell whether it must be drawn at all."""

    place: queries.Place
    by_hand: CallRequest | None
    monitor: Monitor | None
    now: Instant

    @property
    def seen(self) -> str:
        """Changes whenever the console must be drawn again."""
        return f"{self.place.seen}/{_stamp(self.by_hand)}/{_heard(self.monitor)}"


def _found(agent: Agent) -> _Found:
    now = utc_now()
    return _Found(queries.place_of(agent), calls.latest(agent, now), queries.hears(agent), now)


def _context(request: HttpRequest, found: _Found) -> dict[str, Any]:
    place, agent, now = found.place, found.place.agent, found.now
    given = {
        "agent": agent,
        "place": place,
        "seen": found.seen,
        "monitor": found.monitor,
        "card": queries.card_of(place, actor_of(request)),
        "moments": moments(place.attempt, now) if place.attempt is not None else [],
        "asked_for": None if place.busy else found.by_hand,
        "foot": queries.foot_of(agent, timezone.get_current_timezone_name(), now) if place.busy else None,
        "telephone": telephone_of(agent),
        "browser_possible": accounts() is not None,
        "pause_reasons": PAUSE_REASONS.items(),
        "skip_reasons": SKIP_REASONS.items(),
        "asked": False,
    }
    return given if place.busy else given | idle_context(agent)


def _stamp(request: CallRequest | None) -> str:
    """Changes when a call asked for by hand is begun, refused, or news no more."""
    return f"{request.pk}-{request.refusal}-{request.answered_at}" if request else ""


def _heard(monitor: Monitor | None) -> str:
    return f"{monitor.pk}-{monitor.answered_at}" if monitor else ""


def _config(telephone: str) -> dict[str, Any]:
    """What the page's scripts need to know; read again when the language changes."""
    names = ("holder", "leaving", "account", "ringing", "offer")
    return {
        "telephone": telephone,
        "library": static("ui/vendor/jssip.js"),
        "addresses": {name: reverse(f"desk:{name}") for name in names},
        "words": {code: str(words) for code, words in TELEPHONE.items()},
    }


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def idle_context(agent: Agent) -> dict[str, Any]:
    idle = queries.idle_of(agent, timezone.get_current_timezone_name(), utc_now())
    return {"idle": idle, "telephone": telephone_of(agent), "agent": agent}
