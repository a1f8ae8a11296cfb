"""Wishes about the contact on the desk, result and note."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from campana.accounts.access import actor_of, requires
from campana.accounts.permissions import CALLS_MAKE
from campana.calls.models import Attempt
from campana.desk import operations
from campana.desk.operations.answers import AnswersMissing
from campana.desk.operations.moments import moments
from campana.desk.operations.places import NotInThisCampaign
from campana.desk.operations.results import Callback, results_of
from campana.desk.web.place import console_answer
from campana.kernel.clock import utc_now
from campana.kernel.refusals import NotFound
from campana.kernel.wall_clock import typed_moment
from campana.scripts.panel import told, typed_in
from campana.scripts.questions import Judged
from campana.ui.middleware.refusals import refused_answer


@requires(CALLS_MAKE)
@require_POST
def acceptance(request: HttpRequest, task_id: int) -> HttpResponse:
    operations.accept(actor=actor_of(request), task_id=task_id, now=utc_now())
    return console_answer(request)


@requires(CALLS_MAKE)
@require_POST
def dialling(request: HttpRequest, task_id: int) -> HttpResponse:
    operations.dial_now(actor=actor_of(request), task_id=task_id, now=utc_now())
    return console_answer(request)


@requires(CALLS_MAKE)
@require_POST
def skip(request: HttpRequest, task_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    operations.skip(actor=actor_of(request), task_id=task_id, reason=reason, now=utc_now())
    return console_answer(request)


@requires(CALLS_MAKE)
@require_POST
def hold(request: HttpRequest, task_id: int) -> HttpResponse:
    operations.hold(actor=actor_of(request), task_id=task_id, now=utc_now())
    return console_answer(request)


@requires(CALLS_MAKE)
@require_POST
def end(request: HttpRequest, attempt_id: int) -> HttpResponse:
    operations.hang_up(actor=actor_of(request), attempt_id=attempt_id, now=utc_now())
    return console_answer(request)


@requires(CALLS_MAKE)
@require_POST
def refusal(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """The caller who is offered goes to somebody else."""
    operations.decline(actor=actor_of(request), attempt_id=attempt_id, now=utc_now())
    return console_answer(request)


@requires(CALLS_MAKE)
@require_POST
def calls(request: HttpRequest) -> HttpResponse:
    """Call by hand: a number that was typed, a contact, or whoever was called before.

    Pages other than the desk get words instead of the console: the call itself shows on the desk.
    """
    told = request.POST
    contact, attempt = told.get("contact", ""), told.get("attempt", "")
    operations.call(
        actor=actor_of(request),
        number=told.get("number", ""),
        contact_id=int(contact) if contact.isdecimal() else None,
        attempt_id=int(attempt) if attempt.isdecimal() else None,
        now=utc_now(),
    )
    return console_answer(request) if request.headers.get("HX-Target") == "console" else _told_elsewhere()


def _told_elsewhere() -> HttpResponse:
    text = gettext("Your telephone rings first; then this number is dialled.")
    told = {"toast": {"text": text, "url": reverse("desk:desk"), "label": gettext("Desk")}}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(told)})


@requires(CALLS_MAKE)
@require_POST
def readiness(request: HttpRequest) -> HttpResponse:
    try:
        operations.ready(actor=actor_of(request), now=utc_now())
    except AnswersMissing as refused:
        return _with_judged(refused_answer(request, refused), refused.judged, missing=True)
    return console_answer(request)


@requires(CALLS_MAKE)
@require_POST
def extension(request: HttpRequest) -> HttpResponse:
    operations.extend(actor=actor_of(request), now=utc_now())
    return console_answer(request)


@requires(CALLS_MAKE)
@require_POST
def result(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """Save; with ``next`` also end wrap-up. The answers of the script come along, and are kept whatever follows."""
    actor = actor_of(request)
    chosen = request.POST.get("result", "")
    if "version" in request.POST:
        _save_answers(request, attempt_id)
    try:
        attempt = operations.enter_result(
            actor=actor,
            attempt_id=attempt_id,
            result_id=int(chosen) if chosen.isdecimal() else None,
            callback=_callback(request, actor, attempt_id),
            note=request.POST.get("note"),
            now=utc_now(),
        )
        if request.POST.get("next"):
            with suppress(NotInThisCampaign):  # saved it is; the countdown runs on where nobody may end it
                operations.ready(actor=actor, now=utc_now())
    except AnswersMissing as refused:
        return _with_judged(refused_answer(request, refused), refused.judged, missing=True)
    given = {"attempt": attempt, "results": results_of(attempt), "saved": True, "moments": moments(attempt, utc_now())}
    return render(request, "desk/_result.html", given)


@requires(CALLS_MAKE)
@require_POST
def answers(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """Keep what stands in the script's fields; the page hears what is shown now and what is wrong."""
    judged = _save_answers(request, attempt_id)
    return _with_judged(render(request, "desk/_saved.html", {"at": utc_now()}), judged)


def _save_answers(request: HttpRequest, attempt_id: int) -> Judged:
    version = request.POST.get("version", "")
    return operations.save_answers(
        actor=actor_of(request),
        attempt_id=attempt_id,
        typed=typed_in(request.POST),
        version_id=int(version) if version.isascii() and version.isdecimal() and len(version) < 19 else None,
    )


def _with_judged(response: HttpResponse, judged: Judged, *, missing: bool = False) -> HttpResponse:
    response.headers["HX-Trigger"] = json.dumps({"script-judged": told(judged, missing=missing)})
    return response


@requires(CALLS_MAKE)
@require_POST
def note(request: HttpRequest, attempt_id: int) -> HttpResponse:
    operations.save_note(actor=actor_of(request), attempt_id=attempt_id, note=request.POST.get("note", ""))
    return render(request, "desk/_saved.html", {"at": utc_now()})


def _callback(request: HttpRequest, actor: Any, attempt_id: int) -> Callback | None:
    """The planned time as the callee's clock reads it."""
    written = request.POST.get("callback_at", "")
    if not written:
        return None
    attempt = Attempt.objects.filter(organisation=actor.organisation, pk=attempt_id).select_related("task").first()
    if attempt is None:
        raise NotFound(kind="attempt")
    at = typed_moment(written, attempt.callee_zone, field="callback_at")
    return Callback(at, request.POST.get("callback_to") == "me") if at else None
