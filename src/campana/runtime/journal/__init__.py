"""Facts become rows: one batch, one transaction, a handful of set-based statements.

The journal decides nothing. It refuses one thing, because only the database can know it: an attempt whose number
was suppressed, or whose contact was deleted, or is in another live attempt, or has used up its day, since its task
was read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from campana.engine import outputs as o
from campana.engine.config import OrganisationConfig
from campana.engine.inputs import AttemptRefused
from campana.engine.words import AgentState, RefusalCode
from campana.kernel.clock import Instant
from campana.relay import facts as told
from campana.runtime import statements as sql
from campana.runtime.journal import attempts, floor, tasks, telling
from campana.runtime.wire import read, send

NOBODY: Final = 0
"""The number of no agent, on the stream of changes."""


class Journal:
    """Writes for one organisation. Remembers nothing that the rows do not say, but what the screens still show."""

    def __init__(self, organisation: OrganisationConfig) -> None:
        self.organisation = organisation
        self._agent_states: dict[int, AgentState] = {}
        self.changed_campaigns: set[int] = set()
        self.changed_agents: set[int] = set()

    def write(self, facts: Sequence[o.Fact], now: Instant) -> list[AttemptRefused]:
        """All facts of a batch in their order. Returns the attempts that may not begin: what the batch says of
        them later finds no row to change."""
        kinds: defaultdict[type, list[Any]] = defaultdict(list)
        for fact in facts:
            kinds[type(fact)].append(fact)
        opened: list[o.AttemptOpened] = kinds[o.AttemptOpened]
        ended: list[o.AttemptEnded] = kinds[o.AttemptEnded]
        new = {fact.attempt_id for fact in opened}
        self._update(kinds, lambda attempt_id: attempt_id not in new)  # frees the numbers of those that ended
        tenant = self.organisation
        begun = attempts.open_all(opened, tenant.id, tenant.frequency_cap, now) if opened else None
        if new:
            self._update(kinds, lambda attempt_id: attempt_id in new)
        attempts.judge(kinds[o.AttemptJudged])
        attempts.answer_requests(opened, kinds[o.CallRefused])
        attempts.end_wrap_ups(kinds[o.WrapUpEnded])
        attempts.record(kinds[o.AttemptRecorded])
        tasks.refuse(kinds[o.TaskRefused], tenant.id)
        tasks.move(kinds[o.TaskMoved], ended)
        tasks.mark(kinds[o.ContactMarked], tenant.id)
        self._move_agents(kinds[o.AgentMoved])
        floor.set_not_ready(kinds[o.AgentSetNotReady])
        floor.move_campaigns(kinds[o.CampaignMoved])
        floor.hold_campaigns(kinds[o.CampaignHeld])
        floor.pace_campaigns(kinds[o.PaceDecided], tenant.id)
        floor.rest_hotlines(kinds[o.HotlineRested])
        self._note_changes(kinds)
        events = telling.events(kinds)
        if events:
            told.publish(tenant.id, events, now)
        if begun is None:
            return []
        written = {row[0] for answer in begun for row in read(answer)}
        return [
            AttemptRefused(fact.attempt_id, self._why_not(fact, now))
            for fact in opened
            if fact.attempt_id not in written
        ]

    def _update(self, kinds: dict[type, list[Any]], concerns: Any) -> None:
        attempts.update(
            (fact for fact in kinds[o.AttemptMoved] if concerns(fact.attempt_id)),
            (fact for fact in kinds[o.AttemptEnded] if concerns(fact.attempt_id)),
        )

    def _why_not(self, fact: o.AttemptOpened, now: Instant) -> RefusalCode:
        values = {
            "organisation": self.organisation.id, "number": fact.number, "contact": fact.contact_id,
            "campaign": fact.campaign_id, "now": now,
        }  # fmt: skip
        suppressed, live, marked, deleted = read(send(sql.WHY_NOT, values))[0]
        if suppressed:
            return RefusalCode.SUPPRESSED
        if deleted:
            return RefusalCode.INVALID_NUMBER
        if marked and not live:
            return RefusalCode.DO_NOT_CALL_AGAIN
        return RefusalCode.IN_ANOTHER_CALL if live else RefusalCode.FREQUENCY_CAP

    def _move_agents(self, moved: Sequence[o.AgentMoved]) -> None:
        if not moved:
            return
        changes = []
        for fact in moved:
            if self._agent_states.get(fact.agent_id) is not fact.state:
                self._agent_states[fact.agent_id] = fact.state
                changes.append(fact)
        floor.move_agents({fact.agent_id: fact for fact in moved}, changes, self.organisation.id)

    def _note_changes(self, kinds: dict[type, list[Any]]) -> None:
        """What open pages must be told of."""
        of_campaigns: tuple[type, ...] = (
            o.AttemptOpened, o.AttemptEnded, o.TaskMoved, o.CampaignMoved, o.CampaignHeld,
            o.PaceDecided,
        )  # fmt: skip
        of_agents: tuple[type, ...] = (o.AgentMoved, o.CallRefused)
        for kind in of_campaigns:
            self.changed_campaigns.update(fact.campaign_id for fact in kinds[kind] if fact.campaign_id is not None)
        outside: tuple[type, ...] = (o.AttemptOpened, o.AttemptEnded)
        if any(fact.agent_id is None and fact.campaign_id is None for kind in outside for fact in kinds[kind]):
            self.changed_agents.add(NOBODY)  # a caller nobody has taken: the floor shows who waits
        for kind in of_agents:
            self.changed_agents.update(fact.agent_id for fact in kinds[kind])
