"""What the page of a trunk shows: its settings, its health, its test calls in words."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from campana.accounts.access import ActorRequest
from campana.hotlines import queries, web
from campana.hotlines.models import TestCall, Trunk
from campana.hotlines.operations.trunks import stamp_of
from campana.hotlines.web.forms import TestCallForm, TrunkForm
from campana.kernel.clock import Instant
from campana.relay.mailbox import UNTAKEN
from campana.ui import moments
from campana.ui.words import said


def shown(
    request: ActorRequest, found: Trunk, *, form: TrunkForm | None = None, test: TestCallForm | None = None
) -> dict[str, Any]:
    """What the page of a trunk is made of."""
    numbers = caller_ids(request, found)
    typed = form is not None and form.is_bound
    return {
        "trunk": found,
        "form": form or TrunkForm(initial=values_of(found)),
        "seen": request.POST.get("seen", "") if typed else stamp_of(found),
        "health": queries.trunk_health(request.actor, found),
        "test": test or TestCallForm(numbers),
        "numbers": numbers,
        **log(request, found),
    }


def values_of(found: Trunk) -> dict[str, Any]:
    kept = {name: getattr(found, name) for name in ("name", "endpoint", "channels", "enabled")}
    return kept | {"calls_per_second": number_format(found.calls_per_second)}


def log(request: ActorRequest, trunk: Trunk) -> dict[str, Any]:
    now = web.now()
    rows = [(row, *told(row, now)) for row in queries.test_calls(request.actor, trunk)]
    return {"test_calls": rows, "live": any(row.ended_at is None and _fresh(row, now) for row, *_ in rows)}


def caller_ids(request: ActorRequest, trunk: Trunk) -> list[tuple[str, str]]:
    """The numbers that go over the trunk first, then the others."""
    rows = sorted(queries.hotlines(request.actor).order_by("number"), key=lambda row: row.trunk_id != trunk.pk)
    return [(str(row.pk), f"{moments.phone(row.number)} {row.label}".strip()) for row in rows]


def told(row: TestCall, now: Instant) -> tuple[str, str, str]:
    """How a test call stands: kind, word, and a sentence on what it means for the trunk."""
    if row.untaken or (row.began_at is None and not _fresh(row, now)):
        return "fault", _("Not made"), _("No engine took the order, so nothing was dialled. Is the engine running?")
    if row.began_at is None:
        return "processing", _("Asked for"), _("The engine is about to dial.")
    if row.ended_at is None:
        if row.answered_at:
            return "talking", _("Answered"), _("Who answered hears music for 20 seconds, then we hang up.")
        if row.ringing_at:
            return "ringing", _("Ringing"), _("The carrier says that it rings.")
        return "processing", _("Dialling"), _("The call went to the carrier. It has not said anything yet.")
    cause = said("cause", row.cause)[1]
    if row.answered_at:
        return "success", _("It works"), _("The call was answered; at the end: %(cause)s.") % {"cause": cause}
    if queries.succeeded(row):
        return "success", _("It works"), _("The trunk carries calls, nobody answered: %(cause)s.") % {"cause": cause}
    if row.cause == "we_hung_up":
        return "finished", _("Hung up"), _("We hung up before anybody answered.")
    return "fault", _("Failed"), _("The call did not get through: %(cause)s.") % {"cause": cause}


def _fresh(row: TestCall, now: Instant) -> bool:
    return row.began_at is not None or row.asked_at > now - UNTAKEN
