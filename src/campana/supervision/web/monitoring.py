"""Hearing an agent's talk from the floor: begun at a person, then followed in a part of the page."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from campana.accounts import permissions
from campana.accounts.access import actor_of, requires
from campana.calls.models import Monitor
from campana.engine.words import Cause, MonitorMode
from campana.kernel.clock import Instant, utc_now
from campana.supervision import operations, queries

MODES: Final = (
    (MonitorMode.LISTEN, "ear", gettext_lazy("Listen"), gettext_lazy("You hear both. Nobody hears you.")),
    (
        MonitorMode.WHISPER,
        "message",
        gettext_lazy("Whisper"),
        gettext_lazy("The agent hears you, the customer does not."),
    ),
    (MonitorMode.BARGE, "users", gettext_lazy("Join"), gettext_lazy("Both hear you.")),
)


@requires(permissions.CAMPAIGNS_LISTEN)
@require_POST
def begin(request: HttpRequest, agent_id: int) -> HttpResponse:
    now = utc_now()
    operations.begin_monitor(actor=actor_of(request), agent_id=agent_id, now=now)
    return render(request, "supervision/_monitor.html", heard(request, now))


@requires(permissions.CAMPAIGNS_LISTEN)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def monitor(request: HttpRequest) -> HttpResponse:
    """GET is the part of the page that follows it, 204 while it is as ``seen``: a question that is open, the focus and
    what is read out stay as they are. POST with ``mode`` changes how; DELETE hangs up."""
    now = utc_now()
    if request.method == "POST":
        operations.change_monitor(actor=actor_of(request), mode=request.POST.get("mode", ""), now=now)
    if request.method == "DELETE":
        operations.end_monitor(actor=actor_of(request), now=now)
    given = heard(request, now)
    if request.method == "GET" and given["monitor"] is not None and request.GET.get("seen") == given["monitor_seen"]:
        return HttpResponse(status=204)
    return render(request, "supervision/_monitor.html", given)


def heard(request: HttpRequest, now: Instant) -> dict[str, Any]:
    """What the part of the page shows; nothing where nobody listens."""
    row = queries.monitor_of(actor_of(request), now)
    if row is None:
        return {"monitor": None}
    kind, sentence = _told(row)
    seen = f"{row.pk}-{row.mode}-{row.answered_at is not None}-{row.ended_at is not None}"
    return {
        "monitor": row,
        "monitor_seen": seen,
        "monitor_kind": kind,
        "monitor_says": sentence,
        "monitor_modes": MODES,
    }


def _told(row: Monitor) -> tuple[str, str]:
    """Kind of the state and a sentence."""
    if row.ended_at is not None:
        if row.cause == Cause.WE_HUNG_UP:
            return "finished", _("You do not hear this talk any more.")
        if row.untaken:
            return "fault", _("The talk was over before you could hear it.")
        if row.answered_at is None:
            return "fault", _("Your telephone did not answer. Open your desk, or look after your telephone.")
        return "finished", _("You do not hear this talk any more.")
    if row.answered_at is None:
        browser = row.listener.in_browser
        return "ringing", _("Your desk answers in a moment.") if browser else _("Your telephone rings. Pick it up.")
    return "talking", next(str(says) for mode, _icon, _word, says in MODES if mode == row.mode)
