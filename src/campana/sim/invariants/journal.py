"""What the committed facts say: every attempt judged by rules of our own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from campana.engine.config import CampaignConfig, OrganisationConfig
from campana.engine.inputs import AttemptRefused
from campana.engine.outputs import (
    AgentMoved,
    AttemptEnded,
    AttemptMoved,
    AttemptOpened,
    CallRefused,
    CampaignHeld,
    CampaignMoved,
    Fact,
    InputRefused,
    PaceDecided,
    TaskMoved,
    TaskRefused,
    WrapUpEnded,
)
from campana.engine.words import (
    MACHINES,
    AttemptState,
    CampaignReason,
    CampaignState,
    DialMode,
    Governed,
    Outcome,
    TaskState,
    Wanted,
)
from campana.kernel.clock import Instant
from campana.kernel.ids import CampaignId
from campana.kernel.phone import PhoneNumber
from campana.sim.invariants.books import CALM, DAY, EVENT_OF, MAY_CALL, Live, Settings, may_call
from campana.sim.invariants.tasks import TaskWatch
from campana.sim.rows import AttemptRow, TaskRow

LONGEST_CALLER = timedelta(seconds=420)
"""Two minutes of waiting, three of a message whose end is never told, and as much as switch and engine may be away."""


class JournalWatch(TaskWatch):
    def committed(self, facts: Sequence[Fact], refused: Sequence[AttemptRefused], now: Instant) -> None:
        refusals = {refusal.attempt_id for refusal in refused}
        for refusal in refused:
            self._shift.coverage[f"refusal:{refusal.code}:at commit"] += 1
        for fact in facts:
            self._told(fact)
            match fact:
                case AttemptOpened():
                    if fact.attempt_id not in refusals:
                        self._opened(fact, now)
                    elif fact.request_id is not None:
                        self._refused_requests.add(fact.request_id)
                case CallRefused():
                    self._answered(fact.request_id)
                    self._shift.coverage[f"refusal by hand:{fact.code}"] += 1
                case AttemptMoved():
                    self._moved(fact)
                case PaceDecided():
                    self._judge_budget(fact)
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
                self._refused_task(fact)
                coverage[f"refusal:{fact.refusal.code}"] += 1
            case WrapUpEnded():
                row = self._shift.directory.attempts.get(fact.attempt_id)
                if row is not None and row.said is not None and fact.result_id is None:
                    self._shift.coverage["world:wrap-up ended without the result said"] += 1
                    late = row.said_at is not None and fact.at - row.said_at > timedelta(seconds=1)
                    if late and not self._shift.unread(fact.attempt_id):
                        self.violate("no result is lost", f"{row.id:x}: {row.said.result_class} was said")
            case CampaignHeld():
                coverage[f"held:{fact.code}"] += 1
            case CampaignMoved():
                self._campaign_moved(fact)
            case _:
                if isinstance(fact, InputRefused):
                    coverage[f"input refused:{fact.input}:{fact.code}"] += 1
                coverage[f"fact:{type(fact).__name__}"] += 1

    def _refused_task(self, fact: TaskRefused) -> None:
        """A refused task comes again later: asked for at once, it would be refused for ever."""
        key = (fact.task_id, fact.at.replace(second=0, microsecond=0))
        self._refused_at[key] += 1
        if self._refused_at[key] > 10:
            self.violate("a refused task waits", f"task {fact.task_id}: {fact.refusal}")
            raise RuntimeError("the engine turns in a circle")

    def _judge_budget(self, fact: PaceDecided) -> None:
        """Answers and losses that a predictive campaign reckons with are those of the journal."""
        campaign = self._shift.campaigns[fact.campaign_id]
        by_law = [settings[2][campaign.id].governed for settings in self._lately(self._shift.now)]
        if any(each is not campaign.governed for each in by_law):
            return
        rows = [row for row in self._shift.directory.attempts.values() if row.campaign_id == campaign.id]
        least = most = lost_least = lost_most = 0
        for row in rows:
            judged_at = row.connected_at or (row.ended_at if row.abandoned else None)
            if row.answered_at is None or judged_at is None:
                continue
            # what was told to hang up with a message is lost from the beginning of the message on
            sure = judged_at < fact.at
            lost = row.abandoned if campaign.governed is Governed.ABANDONED else _late(row)
            least, most = least + sure, most + 1
            lost_least, lost_most = lost_least + (lost and sure), lost_most + lost
        if not (least <= fact.answers <= most + self._saying and lost_least <= fact.lost <= lost_most + self._saying):
            self.violate(
                "the budget told is that of the journal",
                f"campaign {campaign.id}: {fact.lost} of {fact.answers}, not {lost_least} of {least}",
            )

    @property
    def _saying(self) -> int:
        """Customers who may be hearing the message for whom nobody came: lost, and not yet over."""
        return sum(
            each.answered_at is not None and each.state is AttemptState.WAITING_AGENT for each in self._live.values()
        )

    def _campaign_moved(self, fact: CampaignMoved) -> None:
        self._running[fact.campaign_id] = fact.state
        self._shift.coverage[f"campaign:{fact.state}:{fact.reason}"] += 1
        left = self._shift.directory.left_open.get(fact.campaign_id)
        if fact.reason is CampaignReason.EXHAUSTED and left and self._shift.now > self._added + CALM:
            self.violate("a list is exhausted when nothing is left", f"campaign {fact.campaign_id}: {left}")

    def _opened(self, fact: AttemptOpened, now: Instant) -> None:
        shift = self._shift
        shift.coverage[f"mode:{fact.mode}"] += 1
        self._committed_at[fact.attempt_id] = now
        for other in self._live.values():
            if fact.arrived is not None or other.opened.arrived is not None:
                continue  # nobody keeps people from calling us
            same_task = fact.task_id is not None and other.opened.task_id == fact.task_id
            if other.opened.number == fact.number or same_task:
                self.violate("one live attempt to a number", f"{fact.attempt_id:x} and {other.opened.attempt_id:x}")
        self._live[fact.attempt_id] = Live(fact, agent_id=fact.agent_id)
        if fact.request_id is not None:
            self._answered(fact.request_id)
        if fact.arrived is not None:
            self._judge_caller(fact)
            return
        if fact.campaign_id is not None and fact.agent_id is None and self._locked_out(fact):
            self.violate("after an abandoned call an agent is reserved first", f"{fact.attempt_id:x}: {fact.number}")
        judge = self._judge if fact.campaign_id is not None else self._judge_by_hand
        for rule, broken in judge(fact, shift.organisation, shift.campaigns, shift.other_calls).items():
            before = [judge(fact, *settings[1:]) for settings in self._lately(now)]
            if broken and all(rule in judged and judged[rule] for judged in before):
                self.violate(rule, f"{fact.attempt_id:x}: {broken}")
        if fact.campaign_id is not None and fact.task_id is not None:
            self._opened_at[fact.campaign_id] = now
            self._judge_attempts(fact, shift.campaigns[fact.campaign_id], shift.directory.tasks[fact.task_id])

    def _judge_caller(self, fact: AttemptOpened) -> None:
        served = fact.permit.checks.get("inbound") == "passed"
        room = max(settings[1].licence_calls - settings[3] for settings in self._settings)
        if served and len(self._live) > room:
            self.violate("no call over the licence", f"{fact.attempt_id:x} came in: {len(self._live)} of {room}")

    def _locked_out(self, fact: AttemptOpened) -> bool:
        """Somebody answered this number lately and nobody was there (CAM-490)."""
        abandoned = self._abandoned_at.get(fact.number)
        return abandoned is not None and fact.at - abandoned < timedelta(hours=72)

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
        assert fact.campaign_id is not None
        assert fact.task_id is not None
        campaign = campaigns[fact.campaign_id]
        row = self._shift.directory.tasks[fact.task_id]
        zone = self._shift.directory.contacts[row.contact_id].numbers[fact.number_index][1]
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
            "no call outside a window": not may_call(campaign, organisation, zone, fact.at) and f"{fact.at} in {zone}",
            "no call over the frequency cap": organisation.frequency_cap
            and self._calls_of_day(fact) > organisation.frequency_cap
            and f"{fact.number}",
            "no call to a blocked number": fact.number.startswith(organisation.blocked_prefixes) and fact.number,
            "an agent is reserved first": fact.agent_id is None
            and (_reserves(campaign) or row.guaranteed)
            and f"task {fact.task_id}",
        }
        return {rule: str(what) for rule, what in wrong.items() if what}

    def _judge_by_hand(
        self,
        fact: AttemptOpened,
        organisation: OrganisationConfig,
        campaigns: dict[CampaignId, CampaignConfig],
        other_calls: int,
    ) -> dict[str, str]:
        """The same for a call that an agent asked for."""
        live = self._live.values()
        on_trunk = sum(each.opened.trunk_id == fact.trunk_id for each in live)
        trunk = next(trunk for trunk in self._shift.plan.trunks if trunk.id == fact.trunk_id)
        before = self._agents.get(fact.agent_id) if fact.agent_id is not None else None
        room = organisation.licence_calls - other_calls
        zone = self._shift.asked_zone(fact.request_id) or organisation.time_zone
        wrong = {
            "no call over the licence": len(live) > room and f"{len(live)} of {room}",
            "no attempt over the trunk's channels": on_trunk > trunk.channels and f"{on_trunk} of {trunk.channels}",
            "no call in an emergency stop": organisation.emergency_stop and "stopped",
            "no call over the frequency cap": organisation.frequency_cap
            and self._calls_of_day(fact) > organisation.frequency_cap
            and f"{fact.number}",
            "no call to a blocked number": fact.number.startswith(organisation.blocked_prefixes) and fact.number,
            "no call by hand outside the hours": not organisation.calling_hours.is_open(fact.at, zone) and zone,
            "only who is free calls by hand": before is not None and before.state not in MAY_CALL and before.state,
        }
        return {rule: str(what) for rule, what in wrong.items() if what}

    def _answered(self, request_id: int) -> None:
        self._answers[request_id] += 1
        if self._answers[request_id] > 1:
            self.violate("a request is answered once", f"request {request_id}")

    def _may_begin(self, campaign: CampaignConfig) -> bool:
        """A contact whose preview was accepted is dialled even when the campaign was paused since (CAM-060)."""
        state = self._running.get(campaign.id)
        if campaign.id in self._shift.managers.withdrawn:
            return False
        if campaign.mode is DialMode.PREVIEW and state is CampaignState.PAUSED:
            return True
        return campaign.wanted is Wanted.RUN and state is CampaignState.RUNNING

    def _calls_of_day(self, fact: AttemptOpened) -> int:
        dialled = self._dialled[fact.number]
        if not dialled or dialled[-1] != fact.at:
            dialled.append(fact.at)
        return sum(fact.at - at < DAY for at in dialled)

    def _judge_attempts(self, fact: AttemptOpened, campaign: CampaignConfig, row: TaskRow) -> None:
        contact = self._shift.directory.contacts[row.contact_id]
        lately = [settings[2][campaign.id] for settings in self._lately(self._shift.now)]
        limit = max(each.retry.max_attempts for each in [campaign, *lately]) + self._agreed[row.id]
        tries = limit * max(1, _times(contact.numbers, fact.number))
        if not row.agreed and self._counted[row.id, fact.number] >= tries:
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
        live.since = fact.at if fact.state is not live.state else live.since
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
        if live.opened.arrived is not None:
            self._caller_gone(fact, live, now)
        if fact.task_id is None or fact.campaign_id is None:
            return
        if fact.counted:
            self._counted[fact.task_id, live.opened.number] += 1
            event = EVENT_OF.get(fact.outcome)
            if event is not None:
                self._met[fact.task_id, event] += 1
        row = self._shift.directory.attempts[fact.attempt_id]
        if fact.abandoned:
            self._abandoned_at[live.opened.number] = fact.at
            if row.connected_at is not None:
                self.violate("who talked to an agent was not abandoned", f"{row.id:x}: {fact.outcome}")
        said_long_ago = row.said_at is not None and fact.at - row.said_at > timedelta(seconds=1)
        if fact.outcome is not Outcome.ANSWERED and said_long_ago and not self._shift.unread(row.id):
            self.violate("no result is lost", f"{row.id:x}: {row.said}, ended as {fact.outcome}")
        if (fact.outcome is Outcome.MACHINE) is not (row.verdict in MACHINES):
            self.violate("what detection took for a machine ends as one", f"{row.id:x}: {row.verdict}, {fact.outcome}")
        if row.verdict is not None:
            self._shift.coverage[f"verdict:{row.verdict}"] += 1
        if fact.outcome in self.ABANDONED:
            self._abandoned(fact, self._shift.campaigns[fact.campaign_id], live, now)

    def _caller_gone(self, fact: AttemptEnded, live: Live, now: Instant) -> None:
        talked = self._shift.directory.attempts[fact.attempt_id].connected_at is not None
        waited = now - self._committed_at[fact.attempt_id]
        if live.answered_at is not None and not talked and waited > LONGEST_CALLER:
            self.violate("no caller waits for ever", f"{fact.attempt_id:x} of {live.opened.at}")

    def _abandoned(self, fact: AttemptEnded, campaign: CampaignConfig, live: Live, now: Instant) -> None:
        reserved = live.opened.agent_id
        if (
            fact.attempt_id in self._asked
            or not _reserves(campaign)
            or reserved is None
            or live.offers
            or live.answered_at is None
        ):
            return
        left = self._left.get(reserved)
        waited = fact.at - live.answered_at
        if waited > timedelta(seconds=3) and now >= self._calm_from and not (left and left >= live.opened.at):
            self.violate("no abandonment while an agent is reserved", f"{fact.attempt_id:x} waited {waited}")


def _late(row: AttemptRow) -> bool:
    served = row.connected_at or row.ended_at
    return served is not None and row.answered_at is not None and served > row.answered_at + timedelta(seconds=2)


def _reserves(campaign: CampaignConfig) -> bool:
    """Whether the mode keeps an agent for every call it makes."""
    return campaign.mode is DialMode.PREVIEW or (campaign.mode is DialMode.PROGRESSIVE and campaign.coefficient == 1.0)


def _times(numbers: tuple[tuple[PhoneNumber, str], ...], number: PhoneNumber) -> int:
    return sum(each == number for each, _ in numbers)
