"""Facts become rows: one batch, one transaction, a handful of set-based statements.

The journal decides nothing. It refuses one thing, because only the database can know it: an attempt whose number
was suppressed, or is in another live attempt, or has used up its day, since its task was read.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection

from campana.engine import outputs as o
from campana.engine.campaign import FAULTS
from campana.engine.config import OrganisationConfig
from campana.engine.inputs import AttemptRefused
from campana.engine.words import AgentState, AttemptState, CampaignReason, CampaignState, RefusalCode, TaskState
from campana.kernel.clock import Instant
from campana.kernel.ids import AttemptId
from campana.relay import facts as told
from campana.runtime import statements as sql

F = TypeVar("F")
_HELD = {TaskState.IN_CALL, TaskState.WRAP_UP, TaskState.RESERVED}


class Journal:
    """Writes for one organisation. Remembers nothing that the rows do not say, but what the screens still show."""

    def __init__(self, organisation: OrganisationConfig) -> None:
        self.organisation = organisation
        self._agent_states: dict[int, AgentState] = {}
        self.changed_campaigns: set[int] = set()
        self.changed_agents: set[int] = set()

    def write(self, facts: Sequence[o.Fact], now: Instant) -> list[AttemptRefused]:
        """All facts of a batch in their order. Returns the attempts that may not begin."""
        kinds: defaultdict[type, list[Any]] = defaultdict(list)
        for fact in facts:
            kinds[type(fact)].append(fact)
        opened = {fact.attempt_id for fact in kinds[o.AttemptOpened]}
        ended: list[o.AttemptEnded] = kinds[o.AttemptEnded]
        self._end_attempts([fact for fact in ended if fact.attempt_id not in opened])  # frees their numbers first
        refused = self._open(kinds[o.AttemptOpened], now)
        gone = {refusal.attempt_id for refusal in refused}
        self._move_attempts([fact for fact in kinds[o.AttemptMoved] if fact.attempt_id not in gone])
        self._end_attempts([fact for fact in ended if fact.attempt_id in opened])
        self._end_wrap_ups(kinds[o.WrapUpEnded])
        self._record(kinds[o.AttemptRecorded])
        self._refuse_tasks(kinds[o.TaskRefused])
        self._move_tasks(kinds[o.TaskMoved])
        self._mark(kinds[o.ContactMarked])
        self._move_agents(kinds[o.AgentMoved])
        self._set_not_ready(kinds[o.AgentSetNotReady])
        self._move_campaigns(kinds[o.CampaignMoved])
        self._hold_campaigns(kinds[o.CampaignHeld])
        self._rest_hotlines(kinds[o.HotlineRested])
        self._answer_requests(
            [fact for fact in kinds[o.AttemptOpened] if fact.attempt_id not in gone], kinds[o.CallRefused]
        )
        self._publish(kinds, now)
        return refused

    # --- attempts -------------------------------------------------------------------------------------

    def _open(self, opened: Sequence[o.AttemptOpened], now: Instant) -> list[AttemptRefused]:
        if not opened:
            return []
        rows = _columns(
            (
                fact.attempt_id, fact.campaign_id, fact.task_id, fact.contact_id, fact.number, fact.number_index,
                fact.hotline_id, fact.trunk_id, fact.agent_id, fact.mode, json.dumps(dict(fact.permit.checks)), fact.at,
            )
            for fact in opened
        )  # fmt: skip
        values = _named(sql.OPEN_COLUMNS, rows) | {
            "organisation": self.organisation.id,
            "now": now,
            "cap": self.organisation.frequency_cap,
        }
        written = {row[0] for row in _fetch(sql.OPEN, values)}
        self.changed_campaigns.update(fact.campaign_id for fact in opened if fact.campaign_id is not None)
        missing = [fact for fact in opened if fact.attempt_id not in written]
        return [AttemptRefused(fact.attempt_id, self._why_not(fact, now)) for fact in missing]

    def _why_not(self, fact: o.AttemptOpened, now: Instant) -> RefusalCode:
        values = {
            "organisation": self.organisation.id, "number": fact.number, "contact": fact.contact_id,
            "campaign": fact.campaign_id, "now": now,
        }  # fmt: skip
        suppressed, live, marked = _fetch(sql.WHY_NOT, values)[0]
        if suppressed:
            return RefusalCode.SUPPRESSED
        if marked and not live:
            return RefusalCode.DO_NOT_CALL_AGAIN
        return RefusalCode.IN_ANOTHER_CALL if live else RefusalCode.FREQUENCY_CAP

    def _move_attempts(self, moved: Sequence[o.AttemptMoved]) -> None:
        latest: dict[AttemptId, dict[str, Any]] = {}
        for fact in moved:
            row = latest.setdefault(fact.attempt_id, {"ringing": None, "answered": None, "connected": None})
            row.update(state=fact.state, agent=fact.agent_id, offers=fact.offers)
            moment = {
                AttemptState.RINGING: "ringing",
                AttemptState.WAITING_AGENT: "answered",
                AttemptState.CONNECTED: "connected",
            }.get(fact.state)
            if moment is not None:
                row[moment] = row[moment] or fact.at
        if latest:
            _run(
                sql.MOVE_ATTEMPTS,
                _named(
                    ("ids", "states", "agents", "offers", "ringing", "answered", "connected"),
                    _columns(
                        (key, r["state"], r["agent"], r["offers"], r["ringing"], r["answered"], r["connected"])
                        for key, r in latest.items()
                    ),
                ),
            )

    def _end_attempts(self, ended: Sequence[o.AttemptEnded]) -> None:
        if not ended:
            return
        rows = _columns(
            (fact.attempt_id, fact.outcome, fact.cause or "", fact.sip_code, fact.counted, fact.agent_id, fact.at)
            for fact in ended
        )
        _run(sql.END_ATTEMPTS, _named(("ids", "outcomes", "causes", "codes", "counted", "agents", "ats"), rows))
        by_task = {fact.task_id: fact for fact in ended if fact.task_id is not None}
        if by_task:
            rows = _columns((key, fact.counted, fact.at, fact.agent_id) for key, fact in by_task.items())
            _run(sql.COUNT_ATTEMPTS, _named(("ids", "counted", "ats", "agents"), rows))
        self.changed_campaigns.update(fact.campaign_id for fact in ended if fact.campaign_id is not None)

    def _end_wrap_ups(self, ended: Sequence[o.WrapUpEnded]) -> None:
        if ended:
            rows = _columns((fact.attempt_id, fact.result_id, fact.at) for fact in ended)
            _run(sql.END_WRAP_UPS, _named(("ids", "results", "ats"), rows))

    def _record(self, recorded: Sequence[o.AttemptRecorded]) -> None:
        if recorded:
            rows = _columns((fact.attempt_id, fact.name, fact.seconds) for fact in recorded)
            _run(sql.RECORD, _named(("ids", "names", "lengths"), rows))

    # --- tasks ----------------------------------------------------------------------------------------

    def _refuse_tasks(self, refused: Sequence[o.TaskRefused]) -> None:
        if not refused:
            return
        rows = _columns(
            (
                fact.task_id, fact.campaign_id, fact.at, fact.refusal.code, fact.refusal.until, fact.refusal.final,
                fact.refusal.detail[:200],
            )
            for fact in refused
        )  # fmt: skip
        named = _named(("tasks", "campaigns", "ats", "codes", "untils", "finals", "details"), rows)
        _run(sql.SKIP, named | {"organisation": self.organisation.id})

    def _move_tasks(self, moved: Sequence[o.TaskMoved]) -> None:
        for wave in _waves(moved):
            held = [fact for fact in wave if fact.state in _HELD]
            placed = [fact for fact in wave if fact.state not in _HELD]
            if held:
                rows = _columns((fact.task_id, fact.state, fact.outcome) for fact in held)
                _run(sql.HOLD_TASKS, _named(("ids", "states", "outcomes"), rows))
            if placed:
                _run(sql.PLACE_TASKS, _named(sql.PLACE_COLUMNS, _columns(map(_place, placed))))
            self.changed_campaigns.update(fact.campaign_id for fact in wave)

    def _mark(self, marked: Sequence[o.ContactMarked]) -> None:
        if marked:
            rows = _columns((fact.contact_id, fact.agent_id, fact.attempt_id, fact.at) for fact in marked)
            named = _named(("contacts", "agents", "attempts", "ats"), rows)
            _run(sql.MARK, named | {"organisation": self.organisation.id})

    # --- agents ---------------------------------------------------------------------------------------

    def _move_agents(self, moved: Sequence[o.AgentMoved]) -> None:
        latest = {fact.agent_id: fact for fact in moved}
        if not latest:
            return
        rows = _columns(
            (
                fact.agent_id, fact.state, fact.at, fact.until, fact.not_ready_after, fact.campaign_id,
                fact.task_id, fact.attempt_id,
            )
            for fact in latest.values()
        )  # fmt: skip
        named = _named(("ids", "states", "sinces", "untils", "afters", "campaigns", "tasks", "attempts"), rows)
        _run(sql.MOVE_AGENTS, named)
        changes = []
        for fact in moved:
            if self._agent_states.get(fact.agent_id) is not fact.state:
                self._agent_states[fact.agent_id] = fact.state
                changes.append((fact.agent_id, fact.at, fact.state, fact.campaign_id, fact.attempt_id))
        if changes:
            named = _named(("agents", "ats", "states", "campaigns", "attempts"), _columns(changes))
            _run(sql.PRESENCE, named | {"organisation": self.organisation.id})
        self.changed_agents.update(latest)

    def _set_not_ready(self, withdrawn: Sequence[o.AgentSetNotReady]) -> None:
        if withdrawn:
            _run(sql.SET_NOT_READY, {"ids": [fact.agent_id for fact in withdrawn]})

    # --- campaigns and lines --------------------------------------------------------------------------

    def _move_campaigns(self, moved: Sequence[o.CampaignMoved]) -> None:
        for fact in moved:
            wanted = None
            if fact.reason in FAULTS:
                wanted = ""
            elif fact.state is CampaignState.PAUSED and fact.reason is CampaignReason.BY_USER:
                wanted = "pause"
            _run(
                sql.MOVE_CAMPAIGN,
                {"id": fact.campaign_id, "state": fact.state, "reason": fact.reason, "at": fact.at, "wanted": wanted},
            )
            self.changed_campaigns.add(fact.campaign_id)

    def _hold_campaigns(self, held: Sequence[o.CampaignHeld]) -> None:
        for campaign_id, code in {fact.campaign_id: fact.code for fact in held}.items():
            _run("UPDATE campaigns_campaign SET held_code = %(code)s WHERE id = %(id)s AND held_code <> %(code)s",
                 {"id": campaign_id, "code": code or ""})  # fmt: skip
            self.changed_campaigns.add(campaign_id)

    def _rest_hotlines(self, rested: Sequence[o.HotlineRested]) -> None:
        for fact in rested:
            _run("UPDATE hotlines_hotline SET resting_until = %(until)s WHERE id = %(id)s",
                 {"id": fact.hotline_id, "until": fact.until})  # fmt: skip

    def _answer_requests(self, begun: Sequence[o.AttemptOpened], refused: Sequence[o.CallRefused]) -> None:
        """What became of calls asked for by hand."""
        rows = [(fact.request_id, fact.attempt_id, "", fact.at) for fact in begun if fact.request_id is not None]
        rows += [(fact.request_id, None, fact.code, fact.at) for fact in refused]  # type: ignore[misc]
        if rows:
            _run(sql.ANSWER_REQUESTS, _named(("ids", "attempts", "refusals", "ats"), _columns(rows)))
            self.changed_agents.update(fact.agent_id for fact in refused)

    # --- telling --------------------------------------------------------------------------------------

    def _publish(self, kinds: dict[type, list[Any]], now: Instant) -> None:
        events: list[told.Event] = [
            (
                told.ATTEMPT_ENDED,
                {
                    "attempt_id": fact.attempt_id, "campaign_id": fact.campaign_id, "task_id": fact.task_id,
                    "agent_id": fact.agent_id, "outcome": fact.outcome, "counted": fact.counted,
                    "at": fact.at.isoformat(),
                },
            )
            for fact in kinds[o.AttemptEnded]
        ]  # fmt: skip
        events += [
            (
                told.TASK_FINAL,
                {
                    "task_id": fact.task_id, "campaign_id": fact.campaign_id, "state": fact.state,
                    "at": fact.at.isoformat(),
                },
            )
            for fact in kinds[o.TaskMoved]
            if fact.state.final
        ]  # fmt: skip
        events += [
            (
                told.CAMPAIGN_MOVED,
                {
                    "campaign_id": fact.campaign_id, "state": fact.state, "reason": fact.reason,
                    "at": fact.at.isoformat(),
                },
            )
            for fact in kinds[o.CampaignMoved]
        ]  # fmt: skip
        if events:
            told.publish(self.organisation.id, events, now)


def _place(fact: o.TaskMoved) -> tuple[Any, ...]:
    by_event = None if fact.by_event is None else json.dumps({event.value: n for event, n in fact.by_event.items()})
    return (
        fact.task_id, fact.state, fact.next_at, fact.rounds, fact.number_index, by_event, fact.agreed,
        fact.preferred_agent, fact.anyone_at, fact.guaranteed, fact.outcome, fact.refusal or "",
        fact.skipped_hotline, fact.at if fact.state.final else None,
    )  # fmt: skip


def _waves(moved: Sequence[o.TaskMoved]) -> list[list[o.TaskMoved]]:
    """Moves in order, no task twice in one wave: one UPDATE can not move a row two steps."""
    waves: list[list[o.TaskMoved]] = []
    step: defaultdict[int, int] = defaultdict(int)
    for fact in moved:
        place = step[fact.task_id]
        step[fact.task_id] += 1
        if place == len(waves):
            waves.append([])
        waves[place].append(fact)
    return waves


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _named(names: Iterable[str], columns: list[list[Any]]) -> dict[str, Any]:
    return {
        name: [str(v) if isinstance(v, str) else v for v in column] for name, column in zip(names, columns, strict=True)
    }


def _run(statement: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {key: str(v) if isinstance(v, str) else v for key, v in values.items()})


def _fetch(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
