"""Nobody waits while there is work, and nothing is forgotten."""

from __future__ import annotations

from datetime import timedelta

from campana.engine.config import AgentConfig, CampaignConfig, TrunkConfig
from campana.engine.words import (
    AgentState,
    AttemptState,
    CallerIdPolicy,
    CampaignState,
    TaskState,
)
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, CampaignId
from campana.sim.directory import personal_to_others
from campana.sim.invariants.books import CALM, DAY, IDLE, LISTENING, LOOK_EVERY, LOOKING, PACED, may_call
from campana.sim.invariants.waiting import Waiting
from campana.sim.rows import TaskRow

NEARLY = 0.8
"""Of a trunk's pace: calls leave a moment after their turn."""


def _urgency(campaign: CampaignConfig) -> int:
    """A campaign without priority comes after all numbered ones."""
    return campaign.priority or 100


class Liveness(Waiting):
    def plan(self) -> None:
        self.changed()
        self._calm_from = self._shift.plan.start + CALM
        self._shift.agenda.at(self._shift.plan.start + LOOK_EVERY, self._look)

    def _look(self, now: Instant) -> None:
        shift = self._shift
        if now < shift.plan.end:
            shift.agenda.at(now + LOOK_EVERY, self._look)
            self._look_for_idleness(now)
            self._look_for_forgotten(now)
            self._look_for_waiting(now)

    def _look_for_idleness(self, now: Instant) -> None:
        """Somebody free, somebody to call, room for a call, and nothing is dialled: three looks in a row."""
        shift = self._shift
        for campaign in shift.campaigns.values():
            idle = now >= self._calm_from and self._should_dial(campaign, now)
            self._idle[campaign.id] = self._idle[campaign.id] + 1 if idle else 0
            if self._idle[campaign.id] == 3:
                free = self._free(campaign.id, now)
                task = self._next_dialable(campaign, free, now)
                what = f"agents {free}, task {task.id} of rank {task.rank}" if task else f"agents {free}"
                self.violate("nobody waits while there is work", f"campaign {campaign.id}: {what}")

    def _should_dial(self, campaign: CampaignConfig, now: Instant) -> bool:
        organisation, live = self._shift.organisation, self._live.values()
        if self._running.get(campaign.id) is not CampaignState.RUNNING or organisation.emergency_stop:
            return False
        if campaign.id in self._shift.managers.withdrawn:
            return False
        if now - self._opened_at.get(campaign.id, self._shift.plan.start) < IDLE:
            return False
        mine = [each for each in live if each.opened.campaign_id == campaign.id]
        if any(each.state is not AttemptState.CONNECTED for each in mine):
            return False
        if any(agent.campaign_id == campaign.id and agent.state in LOOKING for agent in self._agents.values()):
            return False
        room = organisation.licence_calls - organisation.reserved_calls - self._shift.other_calls
        if len(live) >= room or (campaign.max_calls is not None and len(mine) >= campaign.max_calls):
            return False
        return (
            self._has_line(campaign, now)
            and self._next_dialable(campaign, self._free(campaign.id, now), now) is not None
        )

    def _free(self, campaign_id: CampaignId, now: Instant) -> list[AgentId]:
        clock = self._shift.engine_time()
        return [
            agent.id
            for agent in self._shift.agents.values()
            if campaign_id in agent.campaigns
            and (moved := self._agents.get(agent.id))
            and moved.state is AgentState.AVAILABLE
            and clock - moved.at > IDLE
            and not self._claimed(agent)
        ]

    def _claimed(self, agent: AgentConfig) -> bool:
        """A call without an agent of its own is under way, for which this one is kept."""
        return any(live.agent_id is None and live.opened.campaign_id in agent.campaigns for live in self._live.values())

    def _has_line(self, campaign: CampaignConfig, now: Instant) -> bool:
        shift = self._shift
        shown = campaign.hotlines[:1] if campaign.caller_id is CallerIdPolicy.SINGLE else campaign.hotlines
        for hotline in shift.plan.hotlines:
            known = shift.managers.hotline(hotline)
            trunk = next(trunk for trunk in shift.managers.trunks() if trunk.id == known.trunk_id)
            used = sum(each.opened.trunk_id == trunk.id for each in self._live.values())
            resting = known.resting_until is not None and shift.engine_time() < known.resting_until
            works = hotline.id in shown and known.enabled and not resting and trunk.enabled
            if works and used < trunk.channels and not self._spent(trunk, campaign, now):
                return True
        return False

    def _spent(self, trunk: TrunkConfig, campaign: CampaignConfig, now: Instant) -> bool:
        """More urgent campaigns, which go first (CAM-451), dial, and the trunk lets no more through."""
        lately = sum(now - at < PACED for at in self._trunk_dials[trunk.endpoint])
        before = (each for each in self._shift.campaigns.values() if _urgency(each) < _urgency(campaign))
        dial = any(each.id in self._opened_at and now - self._opened_at[each.id] < PACED for each in before)
        return dial and lately >= NEARLY * trunk.calls_per_second * PACED.total_seconds()

    def _next_dialable(self, campaign: CampaignConfig, free: list[AgentId], now: Instant) -> TaskRow | None:
        shift, clock = self._shift, self._shift.engine_time()
        if not free:
            return None
        for row in shift.directory.waiting(campaign.id, clock - IDLE):
            if personal_to_others(row, free, clock) or not self._dialable(campaign, row, clock):
                continue
            if row.moved_at is None or clock - row.moved_at > IDLE:
                return row
        return None

    def _dialable(self, campaign: CampaignConfig, row: TaskRow, clock: Instant) -> bool:
        shift = self._shift
        contact = shift.directory.contacts[row.contact_id]
        if contact.deleted_at is not None:
            return False
        marked = contact.marked_at and clock - contact.marked_at < campaign.do_not_call_again
        if marked or not may_call(campaign, shift.organisation, row.time_zone, clock):
            return False
        live = {each.opened.number for each in self._live.values()}
        cap = shift.organisation.frequency_cap
        return any(
            number not in self._suppressed
            and number not in live
            and not number.startswith(shift.organisation.blocked_prefixes)
            and not (cap and sum(clock - at < DAY for at in self._dialled[number]) >= cap)
            and may_call(campaign, shift.organisation, zone, clock)
            for number, zone in contact.numbers[row.number_index :]
        )

    def _look_for_forgotten(self, now: Instant) -> None:
        directory, clock = self._shift.directory, self._shift.engine_time()
        if now < self._calm_from:
            return
        for row in directory.held_tasks():
            old = row.moved_at is not None and clock - row.moved_at > timedelta(minutes=2)
            if row.state is TaskState.IN_CALL and old and not directory.is_live(row.id):
                self.violate("no task is stuck", f"task {row.id} is in a call that does not exist")
        for attempt in directory.live_attempts():
            since = attempt.answered_at if attempt.state is AttemptState.DETECTING else None
            if since is not None and clock - since > LISTENING:
                self.violate("detection ends", f"{attempt.id:x} is listened to since {since}")
            if attempt.connected_at is None and clock - attempt.began_at > timedelta(minutes=10):
                self.violate("no attempt is stuck", f"{attempt.id:x} is {attempt.state} since {attempt.began_at}")
