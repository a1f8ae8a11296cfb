"""Everything an engine knows, and the list of outputs it is writing. One organisation, one State."""

from __future__ import annotations

from campana.engine.agent import Agent
from campana.engine.attempt import Attempt, Conversation
from campana.engine.by_hand.call import HandCall
from campana.engine.campaign import Campaign
from campana.engine.config import OrganisationConfig
from campana.engine.inbound.call import InboundCall
from campana.engine.inputs import Input, ResultEntered
from campana.engine.lines import Hotline, Trunk
from campana.engine.outputs import InputRefused, Output
from campana.engine.timers import Timers
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, AttemptIds, CampaignId, HotlineId, LegId, TrunkId


class State:
    def __init__(self, organisation: OrganisationConfig, *, fencing: int, now: Instant) -> None:
        self.organisation = organisation
        self.now = now
        self.campaigns: dict[CampaignId, Campaign] = {}
        self.agents: dict[AgentId, Agent] = {}
        self.attempts: dict[AttemptId, Attempt] = {}
        self.ended: dict[AttemptId, Conversation] = {}
        """Conversations in wrap-up."""
        self.early_results: dict[AttemptId, ResultEntered] = {}
        """Results entered while still talking."""
        self.by_hand: dict[AttemptId, HandCall] = {}
        """Live calls that agents make outside campaigns."""
        self.unclosed: dict[AttemptId, HandCall | InboundCall] = {}
        """Talks outside campaigns whose agents are still writing about them."""
        self.inbound: dict[AttemptId, InboundCall] = {}
        """Live calls that came in."""
        self.arrived: dict[LegId, AttemptId] = {}
        """The same by the leg of the caller, which the switch named."""
        self.callers: list[AttemptId] = []
        """Callers who wait for an agent, the first who came first."""
        self.callers_may_be_served = False
        """Since the last look somebody became free."""
        self.trunks: dict[TrunkId, Trunk] = {}
        self.hotlines: dict[HotlineId, Hotline] = {}
        self.timers = Timers()
        self.switch_up = False
        self.other_calls = 0
        self.dirty: set[CampaignId] = set()
        """Campaigns whose state must be looked at: a wish, a clock, a setting, an agent's presence, a task."""
        self.eager: set[CampaignId] = set()
        """Campaigns that may be able to dial: an agent or a line became free for them."""
        self.held: set[CampaignId] = set()
        """Campaigns that want to dial and are held back for want of lines; freed lines wake them."""
        self.reading: dict[CampaignId, int] = {}
        """Campaigns whose next tasks are being read while they hold none, with their urgency."""
        self.over_dialling: set[CampaignId] = set()
        """Campaigns that choose agents at pick-up."""
        self.hungry: set[CampaignId] = set()
        """Campaigns with tasks at hand whose free agents are all claimed by others' pending calls."""
        self.yielding: set[CampaignId] = set()
        """Campaigns that left free agents to a more urgent one whose tasks are being read."""
        self.outbid: set[CampaignId] = set()
        """Campaigns whose free agents are claimed by others' pending calls; the end of a call wakes them."""
        self.outputs: list[Output] = []
        self._attempt_ids = AttemptIds(fencing)
        self._requests_made = 0

    @property
    def live_calls(self) -> int:
        """Customer calls of this engine, whoever dialled."""
        return len(self.attempts) + len(self.by_hand) + len(self.inbound)

    def emit(self, output: Output) -> None:
        self.outputs.append(output)

    def refuse(self, given: Input, code: str) -> None:
        """The input does not fit the state: say so in the journal and go on."""
        self.emit(InputRefused(type(given).__name__, code, self.now))

    def new_attempt_id(self) -> AttemptId:
        return self._attempt_ids.new(self.now)

    def new_request(self) -> int:
        self._requests_made += 1
        return self._requests_made

    def touch_all(self) -> None:
        """Something that all campaigns share has changed."""
        self.dirty.update(self.campaigns)

    def free_lines(self) -> None:
        """A line, a channel or a token is there again: whoever was held back may try."""
        self.eager |= self.held | self.outbid
        self.outbid.clear()
