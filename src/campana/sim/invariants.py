"""What must hold whatever happens, watched from outside the engine.

The inspector reads the committed facts, looks at the world with a stop-watch, and keeps books of its own;
it shares no rule code with the engine. Each broken rule is a ``Violation`` of the shift's report.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from campana.engine.config import AgentConfig, CampaignConfig, OrganisationConfig
from campana.engine.inputs import AttemptRefused
from campana.engine.outputs import (
    AgentMoved,
    AttemptEnded,
    AttemptMoved,
    AttemptOpened,
    CampaignHeld,
    CampaignMoved,
    Fact,
    InputRefused,
    Originate,
    RingAgent,
    TaskMoved,
    TaskRefused,
    WrapUpEnded,
)
from campana.engine.words import (
    AgentState,
    AttemptState,
    CampaignState,
    DialMode,
    LocalTime,
    Outcome,
    RetryEvent,
    TaskState,
    Wanted,
)
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, LegId, leg_attempt
from campana.kernel.phone import PhoneNumber
from campana.sim.directory import QUEUED, Directory, personal_to_others
from campana.sim.report import Violation
from campana.sim.rows import AttemptRow, TaskRow
from campana.sim.world import Watch

if TYPE_CHECKING:
    from campana.sim.shift import Shift

Settings: TypeAlias = tuple[Instant, OrganisationConfig, dict[CampaignId, CampaignConfig], int]
"""Since when; organisation, campaigns, calls outside campaigns."""
CALM = timedelta(seconds=150)
"""After a disturbance (crash, lost switch, changed settings) liveness is judged only when this is over."""
IDLE = timedelta(seconds=60)
LOOK_EVERY = timedelta(seconds=20)
DAY = timedelta(days=1)
LOOKING = frozenset({AgentState.OFFERED, AgentState.PREVIEW})
EVENT_OF: dict[Outcome, RetryEvent] = {
    Outcome.NO_ANSWER: RetryEvent.NO_ANSWER,
    Outcome.BUSY: RetryEvent.BUSY,
    Outcome.REJECTED: RetryEvent.REJECTED,
    Outcome.UNAVAILABLE: RetryEvent.UNAVAILABLE,
}


@dataclass(slots=True)
class _Live:
    opened: AttemptOpened
    state: AttemptState = AttemptState.DIALLING
    agent_id: AgentId | None = None
    answered_at: Instant | None = None
    offers: int = 0


class Inspector(Watch):
    ABANDONED = frozenset({Outcome.ABANDONED, Outcome.HUNG_UP_WAITING})

    def __init__(self, shift: Shift) -> None:
        self._shift = shift
        self._live: dict[AttemptId, _Live] = {}
        self._suppressed: dict[PhoneNumber, Instant] = dict.fromkeys(shift.plan.suppressed, shift.plan.start)
        self._committed_at: dict[AttemptId, Instant] = {}
        self._counted: Counter[tuple[int, str]] = Counter()
        self._met: Counter[tuple[int, RetryEvent]] = Counter()
        self._agreed: Counter[int] = Counter()
        self._dialled: defaultdict[PhoneNumber, deque[Instant]] = defaultdict(deque)
        self._trunk_dials: defaultdict[str, deque[Instant]] = defaultdict(deque)
        self._agents: dict[AgentId, AgentMoved] = {}
        self._running: dict[CampaignId, CampaignState] = {}
        self._opened_at: dict[CampaignId, Instant] = {}
        self._idle: Counter[CampaignId] = Counter()
        self._asked: set[AttemptId] = set()
        self._left: dict[AgentId, Instant] = {}
        self._settings: deque[Settings] = deque(maxlen=8)
        self._calm_from = shift.plan.start
        self._seen: set[tuple[str, str]] = set()

    # --- saying so --------------------------------------------------------------------------------

    def violate(self, rule: str, detail: str) -> None:
        shift = self._shift
        shift.coverage[f"violation:{rule}"] += 1
        if len(shift.report.violations) < 100 and (rule, detail) not in self._seen:
            self._seen.add((rule, detail))
            shift.report.violations.append(Violation(rule, shift.now.isoformat(timespec="milliseconds"), detail))

    def disturbed(self, now: Instant) -> None:
        self._calm_from = max(self._calm_from, now + CALM)

    def crashed(self, now: Instant) -> None:
        self.disturbed(now)
        self._agents.clear()

    def changed(self) -> None:
        """Managers changed settings; what was decided just before is judged by either."""
        shift = self._shift
        self.disturbed(shift.now)
        self._settings.append((shift.now, shift.organisation, dict(shift.campaigns), shift.other_calls))

    def suppressed(self, number: PhoneNumber, now: Instant) -> None:
        self._suppressed.setdefault(number, now)

    def asked_to_hang_up(self, attempt: AttemptId) -> None:
        self._asked.add(attempt)

    def left(self, agent: AgentId, now: Instant) -> None:
        self._left[agent] = now

    # --- the world --------------------------------------------------------------------------------

    def dialled(self, command: Originate, live_on_trunk: int, live_to_number: int, now: Instant) -> None:
        attempt = leg_attempt(command.leg)
        row = self._shift.directory.attempts.get(attempt) if attempt is not None else None
        if row is None or row.ended_at is not None or row.number != command.number:
            self.violate("an attempt is on disk before it is dialled", f"{command.leg}: {row}")
            return
        if live_to_number > 1:
            self.violate("one telephone never rings twice at once", f"{command.leg} to {command.number}")
        since = self._suppressed.get(command.number)
        if since is not None and since <= self._committed_at[row.id]:
            self.violate("no call to a suppressed number", f"{command.leg} to {command.number}, suppressed {since}")
        trunk = next(trunk for trunk in self._shift.plan.trunks if trunk.endpoint == command.trunk)
        if live_on_trunk > trunk.channels:
            self.violate("no call over the trunk's channels", f"{command.leg}: {live_on_trunk} on {trunk.endpoint}")
        dials = self._trunk_dials[command.trunk]
        dials.append(now)
        while now - dials[0] >= timedelta(seconds=10):
            dials.popleft()
        if len(dials) > trunk.calls_per_second * 11 + 1:
            self.violate("no call over the trunk's pace", f"{command.leg}: {len(dials)} in 10 s on {trunk.endpoint}")

    def rang_agent(self, command: RingAgent, legs_of_agent: int, now: Instant) -> None:
        if legs_of_agent > 1:
            self._shift.coverage["world:agent rung while on the telephone"] += 1
            if now >= self._calm_from and not self._shift.plan.faults.lost:
                self.violate("an agent is in one place", f"{command.leg} rings {command.endpoint}, who is on the line")

    def we_hung_up(self, leg: LegId, talking: bool, now: Instant) -> None:
        attempt = leg_attempt(leg)
        if talking and attempt not in self._asked:
            self.violate("never a talking customer cut off by us", f"{leg}")

    # --- the journal ------------------------------------------------------------------------------

    def committed(self, facts: Sequence[Fact], refused: Sequence[AttemptRefused], now: Instant) -> None:
        refusals = {refusal.attempt_id for refusal in refused}
        for refusal in refused:
            self._shift.coverage[f"refusal:{refusal.code}:at commit"] += 1
        for fact in facts:
            match fact:
                case AttemptOpened():
                    if fact.attempt_id not in refusals:
                        self._opened(fact, now)
                case AttemptMoved():
                    self._moved(fact)
                case AttemptEnded():
                    self._ended(fact, now)
                case _:
                    self._noted(fact)

    def _noted(self, fact: Fact) -> None:
        coverage = self._shift.coverage
        match fact:
            case AgentMoved():
                self._agents[fact.agent_id] = fact
                coverage[f"agent:{fact.state}"] += 1
            case TaskMoved():
                coverage[f"task:{fact.state}"] += 1
                if fact.refusal is not None:
                    coverage[f"refusal:{fact.refusal}"] += 1
                if fact.agreed and fact.state is TaskState.PLANNED:
                    self._agreed[fact.task_id] += 1
            case TaskRefused():
                coverage[f"refusal:{fact.refusal.code}"] += 1
            case WrapUpEnded():
                row = self._shift.directory.attempts.get(fact.attempt_id)
                if row is not None and row.said is not None and fact.result_id is None:
                    self._shift.coverage["world:wrap-up ended without the result said"] += 1
                    if row.said_at is not None and fact.at - row.said_at > timedelta(seconds=1):
                        self.violate("no result is lost", f"{row.id:x}: {row.said.result_class} was said")
            case CampaignHeld():
                coverage[f"held:{fact.code}"] += 1
            case CampaignMoved():
                self._running[fact.campaign_id] = fact.state
                coverage[f"campaign:{fact.state}:{fact.reason}"] += 1
            case InputRefused():
                coverage[f"input refused:{fact.input}:{fact.code}"] += 1
            case _:
                coverage[f"fact:{type(fact).__name__}"] += 1

    def _opened(self, fact: AttemptOpened, now: Instant) -> None:
        shift = self._shift
        self._committed_at[fact.attempt_id] = now
        self._opened_at[fact.campaign_id] = now
        for other in self._live.values():
            if other.opened.number == fact.number or other.opened.task_id == fact.task_id:
                self.violate("one live attempt to a number", f"{fact.attempt_id:x} and {other.opened.attempt_id:x}")
        self._live[fact.attempt_id] = _Live(fact, agent_id=fact.agent_id)
        for rule, broken in self._judge(fact, shift.organisation, shift.campaigns, shift.other_calls).items():
            before = [self._judge(fact, *settings[1:]) for settings in self._lately(now)]
            if broken and all(rule in judged and judged[rule] for judged in before):
                self.violate(rule, f"{fact.attempt_id:x}: {broken}")
        row = shift.directory.tasks[fact.task_id]
        self._judge_attempts(fact, row)

    def _lately(self, now: Instant) -> list[Settings]:
        """The settings that were in force at some moment of the last while: a change ends the ones before it."""
        young = [settings for settings in self._settings if now - settings[0] <= CALM]
        old = [settings for settings in self._settings if now - settings[0] > CALM]
        return [*old[-1:], *young]

    def _judge(
        self,
        fact: AttemptOpened,
        organisation: OrganisationConfig,
        campaigns: dict[CampaignId, CampaignConfig],
        other_calls: int,
    ) -> dict[str, str]:
        """Rules that depend on settings: the rule and what is wrong."""
        campaign = campaigns[fact.campaign_id]
        row = self._shift.directory.tasks[fact.task_id]
        live = self._live.values()
        on_trunk = sum(each.opened.trunk_id == fact.trunk_id for each in live)
        in_campaign = sum(each.opened.campaign_id == campaign.id for each in live)
        trunk = next(trunk for trunk in self._shift.plan.trunks if trunk.id == fact.trunk_id)
        room = organisation.licence_calls - organisation.reserved_calls - other_calls
        wrong = {
            "no call over the licence": len(live) > room and f"{len(live)} of {room}",
            "no call over the campaign's calls": campaign.max_calls is not None
            and in_campaign > campaign.max_calls
            and f"{in_campaign} of {campaign.max_calls}",
            "no attempt over the trunk's channels": on_trunk > trunk.channels and f"{on_trunk} of {trunk.channels}",
            "no call in an emergency stop": organisation.emergency_stop and "stopped",
            "no call of a campaign that does not run": not self._may_begin(campaign)
            and f"{campaign.wanted}, {self._running.get(campaign.id)}",
            "no call outside a window": not _may_call(campaign, organisation, row.time_zone, fact.at)
            and f"{fact.at} in {row.time_zone}",
            "no call over the frequency cap": organisation.frequency_cap
            and self._calls_of_day(fact) > organisation.frequency_cap
            and f"{fact.number}",
            "no call to a blocked number": fact.number.startswith(organisation.blocked_prefixes) and fact.number,
            "an agent is reserved first": fact.agent_id is None
            and (campaign.coefficient == 1.0 or row.guaranteed)
            and f"task {fact.task_id}",
        }
        return {rule: str(what) for rule, what in wrong.items() if what}

    def _may_begin(self, campaign: CampaignConfig) -> bool:
        """A contact whose preview was accepted is dialled even when the campaign was paused since (CAM-060)."""
        state = self._running.get(campaign.id)
        if campaign.mode is DialMode.PREVIEW and state is CampaignState.PAUSED:
            return True
        return campaign.wanted is Wanted.RUN and state is CampaignState.RUNNING

    def _calls_of_day(self, fact: AttemptOpened) -> int:
        dialled = self._dialled[fact.number]
        if not dialled or dialled[-1] != fact.at:
            dialled.append(fact.at)
        return sum(fact.at - at < DAY for at in dialled)

    def _judge_attempts(self, fact: AttemptOpened, row: TaskRow) -> None:
        campaign = self._shift.campaigns[fact.campaign_id]
        contact = self._shift.directory.contacts[row.contact_id]
        limit = campaign.retry.max_attempts + self._agreed[row.id]
        tries = limit * max(1, _times(contact.numbers, fact.number))
        if not row.agreed and self._counted[fact.task_id, fact.number] >= tries:
            self.violate("no call over max attempts", f"{fact.attempt_id:x}: task {row.id}, {limit} attempts")
        if row.not_before and fact.at < row.not_before:
            self.violate("no call before its time", f"{fact.attempt_id:x}: task {row.id}")
        mark = contact.marked_at
        if mark and campaign.do_not_call_again and fact.at - mark < campaign.do_not_call_again:
            self._shift.coverage["world:dialled a marked contact"] += 1
            if fact.at - mark > timedelta(minutes=10):
                self.violate("no call to a marked contact", f"{fact.attempt_id:x}: contact {contact.id} marked {mark}")

    def _moved(self, fact: AttemptMoved) -> None:
        live = self._live.get(fact.attempt_id)
        if live is None:
            return
        live.state, live.agent_id, live.offers = fact.state, fact.agent_id, max(live.offers, fact.offers)
        self._shift.coverage[f"attempt:{fact.state}"] += 1
        if fact.state in (AttemptState.WAITING_AGENT, AttemptState.CONNECTED):
            live.answered_at = live.answered_at or fact.at
        if fact.state is AttemptState.CONNECTED:
            for other in self._live.values():
                if other is not live and other.state is AttemptState.CONNECTED and other.agent_id == fact.agent_id:
                    self.violate("an agent is in one place", f"{fact.agent_id} talks in two attempts")

    def _ended(self, fact: AttemptEnded, now: Instant) -> None:
        live = self._live.pop(fact.attempt_id, None)
        self._shift.coverage[f"outcome:{fact.outcome}"] += 1
        self._shift.coverage[f"cause:{fact.cause}"] += 1
        if live is None:
            return
        if fact.counted:
            self._counted[fact.task_id, live.opened.number] += 1
            event = EVENT_OF.get(fact.outcome)
            if event is not None:
                self._met[fact.task_id, event] += 1
        if fact.outcome in self.ABANDONED:
            self._abandoned(fact, live, now)

    def _abandoned(self, fact: AttemptEnded, live: _Live, now: Instant) -> None:
        campaign = self._shift.campaigns[fact.campaign_id]
        reserved = live.opened.agent_id
        if campaign.coefficient != 1.0 or reserved is None or live.offers or live.answered_at is None:
            return
        left = self._left.get(reserved)
        waited = fact.at - live.answered_at
        if waited > timedelta(seconds=3) and now >= self._calm_from and not (left and left >= live.opened.at):
            self.violate("no abandonment while an agent is reserved", f"{fact.attempt_id:x} waited {waited}")

    # --- liveness ---------------------------------------------------------------------------------

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
        return self._has_line(campaign) and self._next_dialable(campaign, self._free(campaign.id, now), now) is not None

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

    def _has_line(self, campaign: CampaignConfig) -> bool:
        shift = self._shift
        for hotline in shift.plan.hotlines:
            known = shift.managers.hotline(hotline)
            trunk = next(trunk for trunk in shift.plan.trunks if trunk.id == hotline.trunk_id)
            used = sum(each.opened.trunk_id == trunk.id for each in self._live.values())
            resting = known.resting_until is not None and shift.engine_time() < known.resting_until
            if hotline.id in campaign.hotlines and known.enabled and not resting and used < trunk.channels:
                return True
        return False

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
        marked = contact.marked_at and clock - contact.marked_at < campaign.do_not_call_again
        if marked or not _may_call(campaign, shift.organisation, row.time_zone, clock):
            return False
        live = {each.opened.number for each in self._live.values()}
        cap = shift.organisation.frequency_cap
        return any(
            number not in self._suppressed
            and number not in live
            and not number.startswith(shift.organisation.blocked_prefixes)
            and not (cap and sum(clock - at < DAY for at in self._dialled[number]) >= cap)
            for number, _ in contact.numbers[row.number_index :]
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
            if attempt.connected_at is None and clock - attempt.began_at > timedelta(minutes=10):
                self.violate("no attempt is stuck", f"{attempt.id:x} is {attempt.state} since {attempt.began_at}")

    # --- at the end -------------------------------------------------------------------------------

    def final_checks(self) -> None:
        shift, directory = self._shift, self._shift.directory
        if shift.engine is None:
            self.violate("the engine comes back", "no engine at the end")
        for attempt in directory.live_attempts():
            self.violate("no attempt is stuck", f"{_short(attempt)} at the end")
        for leg in shift.world.up():
            self.violate("no call is left behind", f"{leg.leg} is up at the end")
        finished = {cid for cid, (state, _) in directory.campaigns.items() if state is CampaignState.FINISHED}
        for row in directory.tasks.values():
            if row.state in (TaskState.RESERVED, TaskState.IN_CALL, TaskState.WRAP_UP):
                self.violate("no task is stuck", f"task {row.id} is {row.state} at the end")
            elif row.state is TaskState.PLANNED and row.next_at is None:
                self.violate("no task is lost", f"task {row.id} is planned for never")
            elif not row.state.final and row.state not in QUEUED and row.state is not TaskState.PLANNED:
                self.violate("no task is lost", f"task {row.id} is {row.state}")
            elif not row.state.final and row.campaign_id in finished:
                self.violate("a finished campaign has only final tasks", f"task {row.id} is {row.state}")
        for agent_id, moved in directory.agents.items():
            if agent_id in shift.agents and moved.state not in (AgentState.OFF, AgentState.OFFLINE):
                self.violate("everybody gets home", f"agent {agent_id} is {moved.state} at the end")
        if Directory.replayed(directory.journal).digest() != directory.digest():
            self.violate("the facts replayed give the same state", "they do not")


def _may_call(campaign: CampaignConfig, organisation: OrganisationConfig, zone: str, at: Instant) -> bool:
    if (campaign.start_at and at < campaign.start_at) or (campaign.end_at and at >= campaign.end_at):
        return False
    ours, theirs = campaign.schedule.is_open(at, organisation.time_zone), campaign.schedule.is_open(at, zone)
    match campaign.local_time:
        case LocalTime.OFF:
            return ours
        case LocalTime.BOTH:
            return ours and theirs
        case LocalTime.CALLEE:
            return theirs


def _times(numbers: tuple[tuple[PhoneNumber, str], ...], number: PhoneNumber) -> int:
    return sum(each == number for each, _ in numbers)


def _short(row: AttemptRow) -> str:
    return f"{row.id:x} of task {row.task_id} is {row.state}"
