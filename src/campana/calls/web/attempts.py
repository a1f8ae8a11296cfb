"""The attempt log, one attempt with everything known of it, its result and its recording."""

from __future__ import annotations

from typing import cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, actor_of, requires, signed_in
from campana.accounts.actors import Actor
from campana.accounts.web.lists import listing
from campana.calls import operations, queries
from campana.calls.models import Attempt
from campana.calls.operations.enter_result import NoConversation, stamp_of
from campana.calls.web.tables import calls_of, with_answers
from campana.calls.words import checks
from campana.engine.words import DialMode, Outcome
from campana.kernel.clock import Instant, utc_now
from campana.kernel.refusals import NotAllowed, NotFound, Refused
from campana.kernel.wall_clock import MINUTE, typed_moment
from campana.scripts.models import Result
from campana.ui.asking import number_in
from campana.ui.words import refusal_words
from campana.workforce.models import Agent


class RecordingMissing(Refused):
    code = "recording_missing"
    status = 410
    detail = "This call has no recording: none was made, or it was deleted."


@signed_in
@require_GET
def attempts(request: HttpRequest) -> HttpResponse:
    """Everybody's, or the reader's own without the permission to see the calls of everybody."""
    actor = actor_of(request)
    outcome = request.GET.get("outcome", "")
    wanted = queries.AttemptFilter(
        outcome=outcome if outcome in {"live", *Outcome} else "",
        number=request.GET.get("q", ""),
        agent=number_in(request, "agent"),
        own=_own(actor),
    )
    rows = queries.narrowed(actor, wanted)
    order = "number" if wanted.digits else ""
    table = calls_of(actor.organisation)
    shown = listing(cast(ActorRequest, request), table, rows.select_related(*queries.WITH_NAMES), order=order)
    with_answers(shown)
    given = {
        "listing": shown,
        "wanted": wanted,
        "outcomes": list(Outcome),
    }
    return render(request, "calls/attempts.html", given)


@signed_in
@require_GET
def attempt(request: HttpRequest, attempt_id: int) -> HttpResponse:
    actor = actor_of(request)
    return _page(request, actor, queries.attempt_of(actor, attempt_id, own=_own(actor)))


def _page(request: HttpRequest, actor: Actor, found: Attempt, refused: Refused | None = None) -> HttpResponse:
    """What was typed stays when it is refused."""
    given = {
        "attempt": found,
        "typed": _typed(request, found) if refused else _entered(found),
        "problem": refusal_words(refused) if refused else "",
        "moments": _moments(found),
        "clocks": _clocks(found),
        "checks": checks(found.permit),
        "results": _results(found) if found.agent_id and found.connected_at else [],
        "may_correct": _may_correct(actor, found),
        "said": queries.said_in(found),
    }
    return render(request, "calls/attempt.html", given, status=refused.status if refused else 200)


def _entered(found: Attempt) -> dict[str, str]:
    at = found.callback_at.astimezone(ZoneInfo(found.callee_zone)).strftime(MINUTE) if found.callback_at else ""
    return {"result": str(found.result_id or ""), "callback_at": at, "note": found.note, "seen": stamp_of(found)}


def _typed(request: HttpRequest, found: Attempt) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in _entered(found)}


@signed_in
@require_POST
def result(request: HttpRequest, attempt_id: int) -> HttpResponse:
    actor = actor_of(request)
    found = queries.attempt_of(actor, attempt_id, own=_own(actor))
    chosen = request.POST.get("result", "")
    try:
        operations.enter_result(
            attempt_id=attempt_id,
            result_id=int(chosen) if chosen.isdecimal() else 0,
            actor=actor,
            now=utc_now(),
            note=request.POST.get("note", "")[:10_000],
            callback_at=_callback(request, found),
            callback_to_me=found.callback_to_me,  # the page does not ask who; what was agreed stays
            seen=request.POST.get("seen"),
        )
    except (NotFound, NotAllowed, NoConversation):
        raise
    except Refused as refused:
        return _page(request, actor, found, refused)
    messages.success(request, _("The result is saved."))
    return HttpResponseRedirect(reverse("calls:attempt", args=[attempt_id]))


@requires(permissions.CAMPAIGNS_LISTEN)
@require_GET
def recording(request: HttpRequest, attempt_id: int) -> HttpResponseBase:
    found = queries.attempt(actor_of(request), attempt_id)
    try:
        path = queries.recording_file(found.recording)
    except queries.NoRecording:
        raise RecordingMissing from None
    return FileResponse(path.open("rb"), content_type="audio/wav", filename=f"call-{attempt_id}.wav")


def _moments(attempt: Attempt) -> list[tuple[str, Instant]]:
    known = (
        (_("Came in") if attempt.mode == DialMode.INBOUND else _("Dialled"), attempt.began_at),
        (_("Rang"), attempt.ringing_at),
        (_("Answered"), attempt.answered_at),
        (_("Person or machine was decided"), attempt.verdict_at),
        (_("Connected to an agent"), attempt.connected_at),
        (_("Ended"), attempt.ended_at),
        (_("Wrap-up over"), attempt.wrapped_up_at),
    )
    return [(word, at) for word, at in known if at is not None]


def _clocks(attempt: Attempt) -> list[tuple[str, float]]:
    """Seconds until an agent was there: the law counts from the answer, some from the end of the greeting."""
    known = (
        (_("From the answer to the verdict"), attempt.answered_at, attempt.verdict_at),
        (_("From the answer to an agent"), attempt.answered_at, attempt.connected_at),
        (_("From the verdict, after the greeting, to an agent"), attempt.verdict_at, attempt.connected_at),
    )
    return [
        (word, (end - start).total_seconds()) for word, start, end in known if start is not None and end is not None
    ]


def _results(attempt: Attempt) -> list[Result]:
    rows = Result.objects.filter(organisation=attempt.organisation_id, active=True)
    chosen = attempt.campaign.result_set_id if attempt.campaign else None
    return list(rows.filter(result_set=chosen) if chosen else rows.filter(result_set__is_default=True))


def _may_correct(actor: Actor, attempt: Attempt) -> bool:
    own = attempt.agent is not None and actor.user is not None and attempt.agent.user_id == actor.user.pk
    return actor.can(permissions.RESULTS_MANAGE) or (own and actor.can(permissions.CALLS_MAKE))


def _callback(request: HttpRequest, attempt: Attempt) -> Instant | None:
    return typed_moment(request.POST.get("callback_at", ""), attempt.callee_zone, field="callback_at")


def _own(actor: Actor) -> Agent | None:
    """The agent whose attempts alone may be seen; None: everybody's."""
    if actor.can(permissions.CALLS_VIEW):
        return None
    own = Agent.objects.filter(organisation=actor.organisation, user=actor.user).first()
    if own is None:
        raise NotAllowed(permission=permissions.CALLS_VIEW)
    return own
