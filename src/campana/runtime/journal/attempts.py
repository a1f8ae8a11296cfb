"""Attempts: opened before they are dialled, moved and ended by one statement, closed after the talk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from campana.engine import outputs as o
from campana.engine.words import AttemptState
from campana.kernel.clock import Instant
from campana.kernel.ids import AttemptId, first_attempt_at
from campana.runtime import statements as sql
from campana.runtime.journal.columns import named
from campana.runtime.wire import Answer, send

DAY_AND_MORE: Final = timedelta(hours=25)
"""What the cap looks back, and as much as facts may be older than their journal."""
MOMENT: Final = {
    AttemptState.RINGING: "ringing",
    AttemptState.DETECTING: "answered",
    AttemptState.WAITING_AGENT: "answered",
    AttemptState.CONNECTED: "connected",
}


def open_all(opened: Sequence[o.AttemptOpened], organisation: int, cap: int, now: Instant) -> list[Answer]:
    """Answers the ids of those that may begin."""
    arrived = [fact for fact in opened if fact.arrived is not None]
    dialled = [fact for fact in opened if fact.arrived is None] if arrived else opened
    answers = [_dial_all(dialled, organisation, cap, now)] if dialled else []
    return [*answers, _arrive_all(arrived, organisation)] if arrived else answers


def _arrive_all(arrived: Sequence[o.AttemptOpened], organisation: int) -> Answer:
    rows = (
        (
            fact.attempt_id, fact.arrived, fact.number, fact.hotline_id, fact.trunk_id,
            json.dumps(dict(fact.permit.checks)), fact.at,
        )
        for fact in arrived
    )  # fmt: skip
    return send(sql.ARRIVE, named(sql.ARRIVE_COLUMNS, rows) | {"organisation": organisation})


def _dial_all(opened: Sequence[o.AttemptOpened], organisation: int, cap: int, now: Instant) -> Answer:
    rows = (
        (
            fact.attempt_id, fact.campaign_id, fact.task_id, fact.contact_id, fact.number, fact.number_index,
            fact.hotline_id, fact.trunk_id, fact.agent_id, fact.mode, json.dumps(dict(fact.permit.checks)), fact.at,
        )
        for fact in opened
    )  # fmt: skip
    values = {"organisation": organisation, "now": now, "cap": cap, "day_ago": first_attempt_at(now - DAY_AND_MORE)}
    return send(sql.OPEN, named(sql.OPEN_COLUMNS, rows) | values | _bounds(fact.attempt_id for fact in opened))


def update(moved: Iterable[o.AttemptMoved], ended: Iterable[o.AttemptEnded]) -> None:
    """The latest of every attempt, with the moments on the way there: one row, written once."""
    rows: dict[AttemptId, dict[str, Any]] = {}
    for fact in moved:
        row = rows.setdefault(fact.attempt_id, {})
        row.update(state=fact.state, agent=fact.agent_id, offers=fact.offers)
        moment = MOMENT.get(fact.state)
        if moment is not None:
            row.setdefault(moment, fact.at)
    for end in ended:
        rows.setdefault(end.attempt_id, {}).update(
            state=AttemptState.ENDED, agent=end.agent_id, ended=end.at, outcome=end.outcome, cause=end.cause or "",
            code=end.sip_code, counted=end.counted, abandoned=end.abandoned,
        )  # fmt: skip
    if rows:
        keys = (
            "state", "agent", "offers", "ringing", "answered", "connected", "ended", "outcome", "cause", "code",
            "counted", "abandoned",
        )  # fmt: skip
        columns = ((key, *map(row.get, keys)) for key, row in rows.items())
        send(sql.UPDATE_ATTEMPTS, named(sql.UPDATE_COLUMNS, columns) | _bounds(rows))


def judge(judged: Sequence[o.AttemptJudged]) -> None:
    if judged:
        rows = ((fact.attempt_id, fact.verdict, fact.confidence, fact.at) for fact in judged)
        names = ("ids", "verdicts", "confidences", "ats")
        send(sql.JUDGE, named(names, rows) | _bounds(fact.attempt_id for fact in judged))


def end_wrap_ups(ended: Sequence[o.WrapUpEnded]) -> None:
    if ended:
        rows = ((fact.attempt_id, fact.result_id, fact.at) for fact in ended)
        send(sql.END_WRAP_UPS, named(("ids", "results", "ats"), rows) | _bounds(fact.attempt_id for fact in ended))


def record(recorded: Sequence[o.AttemptRecorded]) -> None:
    if recorded:
        rows = ((fact.attempt_id, fact.name, fact.seconds) for fact in recorded)
        send(sql.RECORD, named(("ids", "names", "lengths"), rows) | _bounds(fact.attempt_id for fact in recorded))


def answer_requests(begun: Iterable[o.AttemptOpened], refused: Sequence[o.CallRefused]) -> None:
    """What became of calls asked for by hand. An attempt that was not written answers nothing here."""
    rows: list[tuple[Any, ...]] = [(f.request_id, f.attempt_id, "", f.at) for f in begun if f.request_id is not None]
    rows += [(fact.request_id, None, fact.code, fact.at) for fact in refused]
    if rows:
        send(sql.ANSWER_REQUESTS, named(("ids", "attempts", "refusals", "ats"), rows))


def _bounds(ids: Iterable[AttemptId]) -> dict[str, Any]:
    """Between which ids a statement has to look."""
    known = sorted(ids)
    return {"low": known[0], "high": known[-1]}
