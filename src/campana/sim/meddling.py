"""Managers who change things while the shift runs, and jobs that add work and suppressions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from campana.engine.config import AgentConfig, CampaignConfig, HotlineConfig, OrganisationConfig, TrunkConfig
from campana.engine.inputs import (
    AgentConfigured,
    AgentRemoved,
    CampaignConfigured,
    CampaignRemoved,
    HotlineConfigured,
    Input,
    OrganisationConfigured,
    OtherCallsCounted,
    StopRequested,
    TasksAdded,
    TrunkConfigured,
)
from campana.engine.words import (
    CampaignState,
    DialMode,
    Governed,
    LocalTime,
    PacingMethod,
    PreviewStart,
    TaskState,
    Wanted,
)
from campana.kernel.clock import Instant
from campana.kernel.ids import CampaignId
from campana.kernel.windows import Schedule
from campana.sim.acts import Act
from campana.sim.laws import stream
from campana.sim.plan import draw_number
from campana.sim.rows import ContactRow

if TYPE_CHECKING:
    from campana.sim.shift import Shift


SHORT = timedelta(hours=1)
"""In days up to this long, campaigns end and agents leave more readily."""


class Managers:
    def __init__(self, shift: Shift) -> None:
        self._shift = shift
        self._of = stream(0)
        """Of the act that is under way."""
        self._disabled: set[int] = set()
        self._closed = False
        self.withdrawn: set[CampaignId] = set()
        self._trunks = {trunk.id: trunk for trunk in shift.plan.trunks}
        self._hotlines = {hotline.id: hotline for hotline in shift.plan.hotlines}
        self._actions: dict[str, Callable[[Instant], None]] = {
            "suppress": self._suppress,
            "add_tasks": self._add_tasks,
            "pause": self._pause,
            "stop": self._stop,
            "emergency_stop": self._emergency_stop,
            "licence": self._licence,
            "other_calls": self._other_calls,
            "edit": self._edit,
            "hotline": self._hotline_off,
            "trunk": self._trunk,
            "agent_out": self._agent_out,
            "agent_removed": self._agent_removed,
            "finish": self._finish,
            "reopen": self._reopen,
            "withdraw": self._withdraw,
            "delete_contacts": self._delete_contacts,
            "meeting": self._meeting,
            "move_agent": self._move_agent,
            "telephone": self._telephone,
            "organise": self._organise_anew,
            "replan": self._replan,
            "archive": self._archive,
            "route": self._route,
        }

    # --- what is on disk --------------------------------------------------------------------------

    def hotline(self, hotline: HotlineConfig) -> HotlineConfig:
        return replace(
            self._hotlines[hotline.id],
            enabled=hotline.id not in self._disabled,
            resting_until=self._shift.directory.resting.get(hotline.id),
        )

    def campaign(self, campaign: CampaignConfig) -> CampaignConfig:
        moved = self._shift.directory.campaigns.get(campaign.id)
        return replace(campaign, state=moved[0], reason=moved[1]) if moved else campaign

    def known_campaigns(self) -> list[CampaignConfig]:
        """Those an engine that begins now must know."""
        directory = self._shift.directory
        held = {directory.tasks[task].campaign_id for task in directory.held_or_closing()}
        return [
            self.campaign(each)
            for each in self._shift.campaigns.values()
            if each.id not in self.withdrawn and (each.id in held or not self._shift.is_finished(each.id))
        ]

    def hotlines(self) -> list[HotlineConfig]:
        return list(self._hotlines.values())

    def trunks(self) -> list[TrunkConfig]:
        return list(self._trunks.values())

    # --- the day ----------------------------------------------------------------------------------

    def plan(self) -> None:
        for act in self._shift.plan.acts:
            self._shift.agenda.at(act.at, self._act, act)

    def pause_all(self) -> None:
        self._closed = True
        for campaign_id in list(self._shift.campaigns):
            self._want(campaign_id, Wanted.PAUSE)

    def _act(self, act: Act, now: Instant) -> None:
        if not self._closed:
            self._shift.coverage[f"manager:{act.name}"] += 1
            self._shift.note("!!", act)
            self._of = stream(act.draw)
            self._actions[act.name](now)

    def _later(self, now: Instant, minutes: float, action: Callable[..., None], *given: object) -> None:
        """At a time that is meant for a day of eight hours; in a short one it comes sooner."""
        share = min(1.0, self._shift.plan.length / timedelta(hours=2))
        self._shift.agenda.at(now + timedelta(minutes=minutes * share), self._undo, action, given)

    def _undo(self, action: Callable[..., None], given: tuple[object, ...], now: Instant) -> None:
        if not self._closed:
            action(*given)

    # --- campaigns --------------------------------------------------------------------------------

    def _any(self) -> CampaignConfig:
        return self._of.choice(list(self._shift.campaigns.values()))

    def _save(self, campaign: CampaignConfig) -> None:
        saved = replace(campaign, version=campaign.version + 1)
        self._shift.campaigns[campaign.id] = saved
        if campaign.id not in self.withdrawn:
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
        if campaign.wanted is Wanted.RUN and campaign.id not in self.withdrawn:
            self._shift.campaigns[campaign.id] = replace(campaign, wanted=Wanted.PAUSE, version=campaign.version + 1)
            self._tell(StopRequested(campaign.id))
            self._later(now, self._of.uniform(0.5, 20), self._want, campaign.id, Wanted.RUN)

    def _finish(self, now: Instant) -> None:
        campaign = self._any()
        if len(self._shift.campaigns) > (3 if self._shift.plan.length > SHORT else 1):
            self._want(campaign.id, Wanted.FINISH)

    def _reopen(self, now: Instant) -> None:
        """People take a finished or paused campaign back to Scheduled, with its tasks as they are (CAM-726)."""
        campaign = self._any()
        state, _ = self._shift.directory.campaigns.get(campaign.id, (campaign.state, campaign.reason))
        if state in {CampaignState.FINISHED, CampaignState.PAUSED}:
            rows = self._shift.directory.tasks.values()
            over = {TaskState.NOT_REACHED, TaskState.NOT_PROCESSED}
            returned = tuple(row.id for row in rows if row.campaign_id == campaign.id and row.state in over)
            self._shift.directory.reopen(campaign.id, returned)
            self._shift.inspector.returned(returned)
            self._shift.inspector.added()
            self._save(replace(campaign, reopened=campaign.reopened + 1, wanted=Wanted.RUN, end_at=None))

    def _withdraw(self, now: Instant) -> None:
        """Approval is withdrawn from a campaign that has not dialled yet; later it comes again."""
        campaign = self._any()
        dialled = any(row.campaign_id == campaign.id for row in self._shift.directory.attempts.values())
        if not dialled and campaign.id not in self.withdrawn:
            self.withdrawn.add(campaign.id)
            self._tell(CampaignRemoved(campaign.id))
            self._later(now, self._of.uniform(0.5, 20), self._approve, campaign.id)

    def _approve(self, campaign_id: CampaignId) -> None:
        self.withdrawn.discard(campaign_id)
        self._shift.directory.reopen(campaign_id)
        self._save(self._shift.campaigns[campaign_id])

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

    def _organise_anew(self, now: Instant) -> None:
        """Settings of the organisation, its clock among them."""
        of, organisation = self._of, self._shift.organisation
        change: dict[str, Any] = of.choice(
            (
                {"time_zone": of.choice(("Asia/Ho_Chi_Minh", "Asia/Tokyo", "Europe/Prague"))},
                {"frequency_cap": of.choice((0, 1, 3))},
                {"reserved_calls": of.choice((0, 1))},
                {"missed_offers": of.choice((1, 3))},
                {"record_by_hand": of.random() < 0.5},
            )
        )
        organisation = replace(organisation, **change)
        marks = {campaign.id: campaign.do_not_call_again for campaign in self._shift.campaigns.values()}
        self._shift.directory.set_rules(organisation.frequency_cap, marks)
        self._organise(organisation)

    def _replan(self, now: Instant) -> None:
        """What may be edited while a campaign runs (CAM-069)."""
        of, campaign = self._of, self._any()
        moved = {row.time_zone for row in self._shift.plan.tasks}
        change: dict[str, Any] = of.choice(
            (
                {"local_time": of.choice(list(LocalTime)), "zones": campaign.zones | moved},
                {"schedule": of.choice((Schedule(), *(each.schedule for each in self._shift.plan.campaigns)))},
                {"end_at": of.choice((None, now + timedelta(seconds=of.randint(1, 300))))},
                {"coefficient": 1.0 if campaign.mode is DialMode.PREVIEW else of.choice((1.0, 1.5, 3.0))},
                {"detect": not campaign.detect},
                {"max_wait": timedelta(seconds=of.choice((5, 60)))},
                {"answer_wait": timedelta(seconds=of.choice((10, 30)))},
                {"agent_ring": timedelta(seconds=of.choice((4, 30)))},
                {"max_abandon": of.choice((0.0, 0.03, 0.1))},
                {"governed": of.choice(list(Governed))},
                {"pacing": of.choice(list(PacingMethod))},
                {"only_with_agent": not campaign.only_with_agent},
                {"abandoned_message": of.choice(("", "sorry"))},
                {"hotlines": tuple(of.sample(sorted(self._hotlines), of.randint(1, len(self._hotlines))))},
                {"result_required": not campaign.result_required},
                {"preview_start": of.choice(list(PreviewStart))},
            )
        )
        self._save(replace(campaign, **change))

    def _archive(self, now: Instant) -> None:
        """A finished campaign goes into the archive, as soon as its last talk is over."""
        directory = self._shift.directory
        held = {directory.tasks[task].campaign_id for task in directory.held_or_closing()}
        for campaign_id in self._shift.campaigns:
            if self._shift.is_finished(campaign_id) and campaign_id not in held:
                self._tell(CampaignRemoved(campaign_id))
                return

    def _route(self, now: Instant) -> None:
        """Others answer a number, or nobody does any more, or it comes by another trunk."""
        of, known = self._of, self._of.choice(list(self._hotlines.values()))
        route = known.inbound
        if route is not None and of.random() < 0.6:
            people = frozenset(agent for agent in self._shift.agents if of.random() < 0.5)
            route = replace(route, agents=people, max_wait=timedelta(seconds=of.choice((5, 60))))
        elif of.random() < 0.5:
            route = None
        else:
            self._hotlines[known.id] = known = replace(known, trunk_id=of.choice(list(self._trunks)))
        self._hotlines[known.id] = replace(known, inbound=route)
        self._tell(HotlineConfigured(self.hotline(known)))

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

    def _trunk(self, now: Instant) -> None:
        """A trunk is switched off or has fewer channels for a while."""
        trunk, of = self._of.choice(self._shift.plan.trunks), self._of
        less = of.choice((replace(trunk, enabled=False), replace(trunk, channels=max(1, trunk.channels // 3))))
        self._set_trunk(less)
        self._later(now, of.uniform(2, 20), self._set_trunk, trunk)

    def _set_trunk(self, trunk: TrunkConfig) -> None:
        self._trunks[trunk.id] = trunk
        self._tell(TrunkConfigured(trunk))

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
        if len(self._shift.agents) > (3 if self._shift.plan.length > SHORT else 1):
            agent = self._of.choice(list(self._shift.agents.values()))
            del self._shift.agents[agent.id]
            self._shift.dismiss(agent.id)
            self._tell(AgentRemoved(agent.id))

    def _move_agent(self, now: Instant) -> None:
        """Another group, other campaigns: from now on, whatever the agent is doing."""
        agent, of = self._of.choice(list(self._shift.agents.values())), self._of
        ids = list(self._shift.campaigns)
        self._set_agent(replace(agent, campaigns=frozenset(of.sample(ids, of.randint(0, len(ids))))))

    def _telephone(self, now: Instant) -> None:
        """The agent has another telephone; the old one rings no more."""
        agent = self._of.choice(list(self._shift.agents.values()))
        endpoint = f"{agent.endpoint.partition('-')[0]}-{self._of.randint(1, 9)}"
        if endpoint != agent.endpoint:
            self._shift.floor.take_telephone(agent.id, endpoint)
            self._set_agent(replace(agent, endpoint=endpoint))

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

    def _delete_contacts(self, now: Instant) -> None:
        directory, of = self._shift.directory, self._of
        near = [row.contact_id for row in directory.live_attempts() if row.contact_id is not None]
        near += [row.contact_id for row in directory.held_tasks()]
        for contact_id in of.sample(near, min(len(near), 2)) + of.choices(list(directory.contacts), k=2):
            directory.delete_contact(contact_id, now)

    def _add_tasks(self, now: Instant) -> None:
        directory, of = self._shift.directory, self._of
        campaign = self._any()
        if campaign.wanted is Wanted.FINISH or self._shift.is_finished(campaign.id):
            return
        for _ in range(of.randint(1, min(40, 1 + len(directory.tasks) // 4))):
            contact = max(directory.contacts) + 1
            zone = of.choice(sorted(campaign.zones))
            directory.add_contact(ContactRow(contact, ((draw_number(of, contact, 0), zone),)))
            task_id, priority = max(directory.tasks) + 1, of.choice((None, 1))
            directory.add_task(task_id, campaign.id, contact, zone, priority)
        self._shift.inspector.added()
        self._tell(TasksAdded(campaign.id))
