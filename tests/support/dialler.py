"""A pocket dialler for unit tests: an engine, a list of tasks, and a switch that does what the test says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.config import (
    AgentConfig,
    CampaignConfig,
    Dialable,
    HotlineConfig,
    OrganisationConfig,
    TaskCard,
    TrunkConfig,
)
from campana.engine.engine import Engine
from campana.engine.words import CampaignState, Cause, DialMode, Presence
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, ContactId, HotlineId, OrganisationId, TaskId, TrunkId
from campana.kernel.phone import phone_number

MONDAY = datetime(2030, 1, 7, 9, tzinfo=UTC)
ALICE, BOB = AgentId(1), AgentId(2)
CAMPAIGN = CampaignId(1)
HOTLINE, TRUNK = HotlineId(1), TrunkId(1)
ORGANISATION = OrganisationConfig(OrganisationId(1), "UTC")

T = TypeVar("T")


def campaign(**settings: Any) -> CampaignConfig:
    base = CampaignConfig(
        CAMPAIGN, OrganisationId(1), DialMode.PROGRESSIVE, CampaignState.SCHEDULED, hotlines=(HOTLINE,)
    )
    return replace(base, **settings)


def card(number: int, **settings: Any) -> TaskCard:
    digits = phone_number(f"1555{number:07d}")
    base = TaskCard(TaskId(number), CAMPAIGN, ContactId(number), (Dialable(digits, "UTC"),))
    return replace(base, **settings)


class Dialler:
    """Drives one engine; answers ``ReserveTasks`` from ``waiting`` and remembers every output."""

    def __init__(
        self,
        *campaigns: CampaignConfig,
        tasks: Iterable[TaskCard] = (),
        agents: Iterable[AgentId] = (ALICE,),
        organisation: OrganisationConfig = ORGANISATION,
        trunk: TrunkConfig | None = None,
        hotlines: Iterable[HotlineConfig] | None = None,
        start: Instant = MONDAY,
        switch: bool = True,
        fencing: int = 1,
    ) -> None:
        self.now = start
        self.engine = Engine(organisation, fencing=fencing, now=start)
        self.waiting = list(tasks)
        self.released: list[TaskId] = []
        self.outputs: list[o.Output] = []
        self.answering = True
        settings = campaigns or (campaign(),)
        self.campaign = settings[0]
        self.give(i.TrunkConfigured(trunk or TrunkConfig(TRUNK, "trunk", channels=100, calls_per_second=100)))
        for hotline in hotlines or (HotlineConfig(HOTLINE, phone_number("15550001111"), TRUNK),):
            self.give(i.HotlineConfigured(hotline))
        members = frozenset(config.id for config in settings)
        for config in settings:
            self.give(i.CampaignConfigured(config))
        if switch:
            self.give(i.SwitchReturned(()))
        for agent in agents:
            self.give(i.AgentConfigured(AgentConfig(agent, f"agent {agent}", f"PJSIP/{agent}", members)))
            self.presence(agent)

    def give(self, *given: i.Input) -> list[o.Output]:
        """Hand over inputs at the present time; answers requests for tasks until none is left."""
        made: list[o.Output] = []
        queue = list(given)
        while queue:
            outputs = self.engine.handle(queue.pop(0), now=self.now)
            made += outputs
            for output in outputs:
                if isinstance(output, o.ReserveTasks) and self.answering:
                    queue.append(self._reserve(output))
                elif isinstance(output, o.ReleaseTasks):
                    self.released += output.task_ids
        self.outputs += made
        return made

    def _reserve(self, wish: o.ReserveTasks) -> i.TasksReserved:
        mine = [card for card in self.waiting if card.campaign_id == wish.campaign_id]
        taken = mine[: wish.limit]
        self.waiting = [card for card in self.waiting if card not in taken]
        return i.TasksReserved(wish.campaign_id, wish.request, tuple(taken), len(mine) - len(taken))

    def presence(self, agent: AgentId, presence: Presence = Presence.READY, **more: bool) -> list[o.Output]:
        return self.give(i.PresenceChanged(agent, presence, **more))

    def later(self, seconds: float) -> list[o.Output]:
        """Let time pass, stopping at every deadline on the way."""
        until, made = self.now + timedelta(seconds=seconds), []
        while (deadline := self.engine.deadline()) is not None and deadline <= until:
            self.now = max(deadline, self.now)
            made += self.give(i.TimePassed())
        self.now = until
        return made + self.give(i.TimePassed())

    # --- looking back ---

    def all(self, kind: type[T]) -> list[T]:
        return [output for output in self.outputs if isinstance(output, kind)]

    def last(self, kind: type[T]) -> T:
        return self.all(kind)[-1]

    def attempt(self, index: int = -1) -> AttemptId:
        return self.all(o.AttemptOpened)[index].attempt_id

    # --- what the world does to the latest attempt ---

    def ring(self) -> list[o.Output]:
        return self.give(i.LegRinging(self.last(o.Originate).leg))

    def answer(self) -> list[o.Output]:
        return self.give(i.LegAnswered(self.last(o.Originate).leg))

    def agent_answers(self) -> list[o.Output]:
        return self.give(i.LegAnswered(self.last(o.RingAgent).leg))

    def agent_ends(self, cause: Cause = Cause.HUNG_UP) -> list[o.Output]:
        return self.give(i.LegEnded(self.last(o.RingAgent).leg, cause))

    def end(self, cause: Cause = Cause.HUNG_UP, sip_code: int | None = None) -> list[o.Output]:
        return self.give(i.LegEnded(self.last(o.Originate).leg, cause, sip_code))

    def talk(self) -> None:
        self.ring()
        self.answer()
        self.agent_answers()
