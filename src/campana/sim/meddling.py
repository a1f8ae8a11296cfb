"""Managers who change things while the shift runs, and jobs that add work and suppressions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from campana.engine.config import AgentConfig, CampaignConfig, HotlineConfig, OrganisationConfig
from campana.engine.inputs import (
    AgentConfigured,
    AgentRemoved,
    CampaignConfigured,
    HotlineConfigured,
    Input,
    OrganisationConfigured,
    OtherCallsCounted,
    StopRequested,
    TasksAdded,
)
from campana.engine.words import Wanted
from campana.kernel.clock import Instant
from campana.kernel.ids import CampaignId
from campana.sim.laws import stream
from campana.sim.plan import draw_number
from campana.sim.rows import ContactRow

if TYPE_CHECKING:
    from campana.sim.shift import Shift


class Managers:
    def __init__(self, shift: Shift) -> None:
        self._shift = shift
        self._of = stream(shift.plan.seed, 13)
        self._disabled: set[int] = set()
        self._closed = False
        self._actions: list[tuple[str, float, Callable[[Instant], None]]] = [
            ("suppress", 8, self._suppress),
            ("add_tasks", 3, self._add_tasks),
            ("pause", 3, self._pause),
            ("stop", 2, self._stop),
            ("emergency_stop", 1, self._emergency_stop),
            ("licence", 2, self._licence),
            ("other_calls", 4, self._other_calls),
            ("edit", 3, self._edit),
            ("hotline", 2, self._hotline_off),
            ("agent_out", 2, self._agent_out),
            ("agent_removed", 1, self._agent_removed),
            ("finish", 0.3, self._finish),
            ("meeting", 0.7, self._meeting),
        ]

    # --- what is on disk --------------------------------------------------------------------------

    def hotline(self, hotline: HotlineConfig) -> HotlineConfig:
        return replace(
            hotline,
            enabled=hotline.id not in self._disabled,
            resting_until=self._shift.directory.resting.get(hotline.id),
        )

    def campaign(self, campaign: CampaignConfig) -> CampaignConfig:
        moved = self._shift.directory.campaigns.get(campaign.id)
        return replace(campaign, state=moved[0], reason=moved[1]) if moved else campaign

    # --- the day ----------------------------------------------------------------------------------

    def plan(self) -> None:
        plan, of = self._shift.plan, self._of
        weights = [weight for _, weight, _ in self._actions]
        for _ in range(plan.meddling):
            name, _, action = of.choices(self._actions, weights)[0]
            self._shift.agenda.at(plan.start + of.random() * plan.length, self._act, name, action)

    def pause_all(self) -> None:
        self._closed = True
        for campaign_id in list(self._shift.campaigns):
            self._want(campaign_id, Wanted.PAUSE)

    def _act(self, name: str, action: Callable[[Instant], None], now: Instant) -> None:
        if not self._closed:
            self._shift.coverage[f"manager:{name}"] += 1
            action(now)

    def _later(self, now: Instant, minutes: float, action: Callable[..., None], *given: object) -> None:
        self._shift.agenda.at(now + timedelta(minutes=minutes), self._undo, action, given)

    def _undo(self, action: Callable[..., None], given: tuple[object, ...], now: Instant) -> None:
        if not self._closed:
            action(*given)

    # --- campaigns --------------------------------------------------------------------------------

    def _any(self) -> CampaignConfig:
        return self._of.choice(list(self._shift.campaigns.values()))

    def _save(self, campaign: CampaignConfig) -> None:
        saved = replace(campaign, version=campaign.version + 1)
        self._shift.campaigns[campaign.id] = saved
        self._tell(CampaignConfigured(self.campaign(saved)))

    def _want(self, campaign_id: CampaignId, wanted: Wanted) -> None:
        self._save(replace(self._shift.campaigns[campaign_id], wanted=wanted))

    def _tell(self, given: Input) -> None:
        self._shift.inspector.changed()
        self._shift.tell(given)

    def _pause(self, now: Instant) -> None:
        campaign = self._any()
        if campaign.wanted is Wanted.RUN:
            self._want(campaign.id, Wanted.PAUSE)
            self._later(now, self._of.uniform(0.5, 20), self._want, campaign.id, Wanted.RUN)

    def _stop(self, now: Instant) -> None:
        campaign = self._any()
        if campaign.wanted is Wanted.RUN:
            self._shift.campaigns[campaign.id] = replace(campaign, wanted=Wanted.PAUSE, version=campaign.version + 1)
            self._tell(StopRequested(campaign.id))
            self._later(now, self._of.uniform(0.5, 20), self._want, campaign.id, Wanted.RUN)

    def _finish(self, now: Instant) -> None:
        campaign = self._any()
        if len(self._shift.campaigns) > 3:
            self._want(campaign.id, Wanted.FINISH)

    def _edit(self, now: Instant) -> None:
        of, campaign = self._of, self._any()
        self._save(
            replace(
                campaign,
                retry=replace(campaign.retry, max_attempts=of.choice((1, 2, campaign.retry.max_attempts))),
                priority=of.choice((None, 1, 2)),
                max_calls=of.choice((None, 3, 10)),
                wrap_up=timedelta(seconds=of.choice((0, 10, 20))),
            )
        )

    # --- the organisation -------------------------------------------------------------------------

    def _organise(self, organisation: OrganisationConfig) -> None:
        self._shift.organisation = organisation
        self._tell(OrganisationConfigured(organisation))

    def _emergency_stop(self, now: Instant) -> None:
        self._organise(replace(self._shift.organisation, emergency_stop=True))
        self._later(now, self._of.uniform(0.5, 5), self._release_stop)

    def _release_stop(self) -> None:
        self._organise(replace(self._shift.organisation, emergency_stop=False))

    def _licence(self, now: Instant) -> None:
        before = self._shift.organisation.licence_calls
        self._organise(replace(self._shift.organisation, licence_calls=max(1, before // self._of.choice((2, 10)))))
        self._later(now, self._of.uniform(2, 20), self._set_licence, before)

    def _set_licence(self, calls: int) -> None:
        self._organise(replace(self._shift.organisation, licence_calls=calls))

    def _other_calls(self, now: Instant) -> None:
        self._shift.other_calls = self._of.randint(0, max(1, len(self._shift.agents) // 4))
        self._tell(OtherCallsCounted(self._shift.other_calls))

    def _hotline_off(self, now: Instant) -> None:
        hotline = self._of.choice(self._shift.plan.hotlines)
        self._set_hotline(hotline, False)
        self._later(now, self._of.uniform(2, 20), self._set_hotline, hotline, True)

    def _set_hotline(self, hotline: HotlineConfig, enabled: bool) -> None:
        if enabled:
            self._disabled.discard(hotline.id)
        else:
            self._disabled.add(hotline.id)
        self._tell(HotlineConfigured(self.hotline(hotline)))

    # --- agents -----------------------------------------------------------------------------------

    def _set_agent(self, agent: AgentConfig) -> None:
        self._shift.agents[agent.id] = agent
        self._tell(AgentConfigured(agent))

    def _agent_out(self, now: Instant) -> None:
        agent = self._of.choice(list(self._shift.agents.values()))
        fewer = frozenset(sorted(agent.campaigns)[1:])
        self._set_agent(replace(agent, campaigns=fewer))
        self._later(now, self._of.uniform(2, 30), self._set_agent, agent)

    def _agent_removed(self, now: Instant) -> None:
        """A person leaves for good, whatever they are doing."""
        if len(self._shift.agents) > 3:
            agent = self._of.choice(list(self._shift.agents.values()))
            del self._shift.agents[agent.id]
            self._shift.dismiss(agent.id)
            self._tell(AgentRemoved(agent.id))

    def _meeting(self, now: Instant) -> None:
        """Everybody is called away for a while."""
        self._shift.floor.meet(now, minutes=self._of.uniform(1, 12))

    # --- lists ------------------------------------------------------------------------------------

    def _suppress(self, now: Instant) -> None:
        """A few numbers at random, and some of those that are being dialled or about to be."""
        directory, of = self._shift.directory, self._of
        near = [row.contact_id for row in directory.live_attempts() if row.contact_id is not None]
        near += [row.contact_id for row in directory.held_tasks()]
        chosen = of.sample(near, min(len(near), 3)) + of.choices(list(directory.contacts), k=5)
        for contact_id in chosen:
            for number, _ in directory.contacts[contact_id].numbers:
                directory.suppress(number, now)
                self._shift.inspector.suppressed(number, now)

    def _add_tasks(self, now: Instant) -> None:
        directory, of = self._shift.directory, self._of
        campaign = self._any()
        if campaign.wanted is Wanted.FINISH or self._shift.is_finished(campaign.id):
            return
        for _ in range(of.randint(1, 40)):
            contact = max(directory.contacts) + 1
            zone = of.choice(sorted(campaign.zones))
            directory.add_contact(ContactRow(contact, ((draw_number(of, contact, 0), zone),)))
            task_id, priority = max(directory.tasks) + 1, of.choice((None, 1))
            directory.add_task(task_id, campaign.id, contact, zone, priority)
        self._tell(TasksAdded(campaign.id))
