"""The exchange, the carrier behind it and the telephones on both ends, in virtual time.

Commands of the engine go in, port events come out at their instants through ``listener``; the rules of
``telephony.port`` are kept: legs are dialled once whatever is repeated, events of a leg come in order, a
leg that ended is never heard of again. ``Watch`` sees what a bystander with a stop-watch would see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from campana.engine.config import TrunkConfig
from campana.engine.inputs import (
    LegAnswered,
    LegEnded,
    LegRinging,
    LiveLeg,
    RecordingFinished,
    SwitchLost,
    SwitchReturned,
)
from campana.engine.outputs import Bridge, Command, HangUp, Originate, PlayHoldMusic, RingAgent, StartRecording
from campana.engine.words import Cause
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId
from campana.kernel.phone import PhoneNumber
from campana.sim.agenda import Agenda
from campana.sim.callees import ANSWERED, REFUSALS, Callees, Fate, Reaction
from campana.telephony.port import Listener, SwitchEvent

LATENCY = 0.02
LONELY = 6.0
"""Seconds after which people hang up when the other end of their talk has gone."""


@dataclass(frozen=True, slots=True)
class RingReaction:
    """What an agent's telephone does: answers ``after`` seconds, or rings on (None), or refuses at once."""

    after: float | None
    refuses: Cause | None = None


class Telephones(Protocol):
    """The agents' side, kept by ``sim.floor``."""

    def ring(self, endpoint: str, leg: LegId, now: Instant) -> RingReaction: ...

    def talk_began(self, endpoint: str, leg: LegId, machine: bool, now: Instant) -> None: ...

    def talk_over(self, endpoint: str, leg: LegId, now: Instant) -> bool:
        """The agent ends the talk: True when by the telephone, False when by the desk."""


class PatientTelephones:
    """Telephones that answer every ring after two seconds."""

    def ring(self, endpoint: str, leg: LegId, now: Instant) -> RingReaction:
        return RingReaction(after=2.0)

    def talk_began(self, endpoint: str, leg: LegId, machine: bool, now: Instant) -> None:
        return None

    def talk_over(self, endpoint: str, leg: LegId, now: Instant) -> bool:
        return True


class TrunkHealth(StrEnum):
    WELL = "well"
    DEAD = "dead"
    REFUSING = "refusing"


class Watch:
    """A bystander; ``sim.invariants`` has one with opinions."""

    def dialled(self, command: Originate, live_on_trunk: int, live_to_number: int, now: Instant) -> None: ...

    def rang_agent(self, command: RingAgent, legs_of_agent: int, now: Instant) -> None: ...

    def we_hung_up(self, leg: LegId, talking: bool, now: Instant) -> None: ...


@dataclass(slots=True)
class _Leg:
    id: LegId
    address: str
    """The customer's number or the agent's endpoint."""
    began: Instant
    trunk: str = ""
    reaction: Reaction | None = None
    answered_at: Instant | None = None
    partner: LegId | None = None
    talked: bool = False
    ending: bool = False
    """Our hang-up is on its way; the telephone can ring again."""
    turn: int = 0
    """What was planned in an earlier turn no longer happens."""
    recording: tuple[str, Instant] | None = None

    @property
    def customer(self) -> bool:
        return self.reaction is not None


@dataclass(slots=True)
class Tally:
    """What the world saw, for reports."""

    dialled: int = 0
    answered: int = 0
    talks: int = 0
    rings: int = 0
    dropped_commands: int = 0
    ended: dict[Cause, int] = field(default_factory=dict)


class World:
    """Has no randomness of its own: callees and telephones bring theirs."""

    def __init__(
        self,
        *,
        callees: Callees,
        trunks: Iterable[TrunkConfig] = (),
        telephones: Telephones | None = None,
        agenda: Agenda | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.agenda = agenda or Agenda()
        self.listener: Listener = lambda event: None
        self.telephones: Telephones = telephones or PatientTelephones()
        self.watch = watch or Watch()
        self.tally = Tally()
        self.lost = False
        self._callees = callees
        self._channels = {trunk.endpoint: trunk.channels for trunk in trunks}
        self._health: dict[str, TrunkHealth] = {}
        self._legs: dict[LegId, _Leg] = {}
        self._seen: set[LegId] = set()
        self._calls: dict[str, int] = {}
        self._at: dict[str, set[LegId]] = {}
        """Live legs by trunk, by number and by endpoint."""
        self.refuse: Callable[[Command], bool] = lambda command: False
        """Commands that the switch itself refuses."""

    # --- the port ---------------------------------------------------------------------------------

    def carry_out(self, command: Command, now: Instant) -> None:
        if self.lost:
            self.tally.dropped_commands += 1
            return
        match command:
            case Originate():
                self._originate(command, now)
            case RingAgent():
                self._ring_agent(command, now)
            case Bridge():
                self._bridge(command, now)
            case HangUp():
                self._hang_up(command, now)
            case StartRecording():
                leg = self._legs.get(command.leg)
                if leg and leg.recording is None:
                    leg.recording = (command.name, now)
            case PlayHoldMusic():
                pass

    def up(self) -> tuple[LiveLeg, ...]:
        """Our legs that are up, as the switch would list them."""
        return tuple(LiveLeg(leg.id, leg.answered_at is not None) for leg in self._legs.values())

    def report(self, now: Instant) -> None:
        """Tells the listener what is up: the first event of a connection."""
        self._tell(SwitchReturned(self.up()))

    # --- misfortune -------------------------------------------------------------------------------

    def lose(self, now: Instant) -> None:
        """The connection to the switch breaks; calls stay up."""
        if not self.lost:
            self.lost = True
            self.listener(SwitchLost())

    def restore(self, now: Instant) -> None:
        if self.lost:
            self.lost = False
            self.report(now)

    def restart(self, now: Instant) -> None:
        """The switch dies with all its calls; nobody is told."""
        for leg in list(self._legs.values()):
            self._forget(leg)

    def hang_up_telephone(self, leg: LegId, now: Instant, *, after: float = 0.0) -> None:
        """The person at the far end of ``leg`` hangs up."""
        if leg in self._legs:
            self.agenda.after(now, after, self._end, self._legs[leg], Cause.HUNG_UP, None)

    def set_trunk(self, endpoint: str, health: TrunkHealth, now: Instant) -> None:
        self._health[endpoint] = health

    # --- customers --------------------------------------------------------------------------------

    def _originate(self, command: Originate, now: Instant) -> None:
        if command.leg in self._seen:
            return None
        self._seen.add(command.leg)
        number, trunk = command.number, command.trunk
        self._calls[number] = call = self._calls.get(number, 0) + 1
        on_trunk, to_number = self._busy(trunk), self._busy(number)
        self.tally.dialled += 1
        self.watch.dialled(command, on_trunk + 1, to_number + 1, now)
        reaction = self._on_the_line(trunk, on_trunk, to_number) or self._callees.reaction(number, call)
        leg = self._add(_Leg(command.leg, number, now, trunk=trunk, reaction=reaction), trunk)
        if trunk not in self._channels or self.refuse(command):
            return self._plan(leg, LATENCY, self._end, Cause.SWITCH_ERROR, None)
        ring = command.ring.total_seconds()
        if reaction.rings is not None and reaction.rings < ring:
            self._plan(leg, reaction.rings, self._ringing)
        if reaction.fate in ANSWERED and reaction.decides < ring:
            self._plan(leg, reaction.decides, self._answers)
        elif reaction.fate in REFUSALS and reaction.decides < ring:
            cause, code = REFUSALS[reaction.fate]
            self._plan(leg, reaction.decides, self._end, cause, reaction.sip_code or code)
        else:
            cause = Cause.TRUNK_DEAD if reaction.fate is Fate.SILENT else Cause.RING_TIMEOUT
            self._plan(leg, ring + LATENCY, self._end, cause, None)
        return None

    def _on_the_line(self, trunk: str, on_trunk: int, to_number: int) -> Reaction | None:
        """What the carrier does by itself, before any callee hears of the call."""
        health = self._health.get(trunk, TrunkHealth.WELL)
        if health is TrunkHealth.DEAD:
            return Reaction(Fate.SILENT, rings=None)
        if health is TrunkHealth.REFUSING or on_trunk >= self._channels.get(trunk, 0):
            return Reaction(Fate.CONGESTION, rings=None, decides=0.1)
        if to_number:
            return Reaction(Fate.BUSY, rings=None, decides=0.3)
        return None

    def _ringing(self, leg: _Leg, now: Instant) -> None:
        self._tell(LegRinging(leg.id))

    def _answers(self, leg: _Leg, now: Instant) -> None:
        assert leg.reaction is not None
        self.tally.answered += 1
        leg.answered_at = now
        leg.turn += 1
        self._plan(leg, leg.reaction.patience, self._end, Cause.HUNG_UP, None, since=now)
        self._tell(LegAnswered(leg.id))

    # --- agents -----------------------------------------------------------------------------------

    def _ring_agent(self, command: RingAgent, now: Instant) -> None:
        if command.leg in self._seen:
            return None
        self._seen.add(command.leg)
        self.tally.rings += 1
        busy = self._busy(command.endpoint)
        self.watch.rang_agent(command, busy + 1, now)
        leg = self._add(_Leg(command.leg, command.endpoint, now))
        if busy:
            return self._plan(leg, LATENCY, self._end, Cause.BUSY, 486)
        if self.refuse(command):
            return self._plan(leg, LATENCY, self._end, Cause.SWITCH_ERROR, None)
        reaction = self.telephones.ring(command.endpoint, leg.id, now)
        if reaction.refuses is Cause.UNAVAILABLE:
            return self._plan(leg, LATENCY, self._end, Cause.UNAVAILABLE, 480)
        if reaction.refuses is Cause.BUSY:
            return self._plan(leg, LATENCY, self._end, Cause.BUSY, 486)
        self._plan(leg, 0.1, self._ringing)
        ring = command.ring.total_seconds()
        if reaction.refuses is not None:
            self._plan(leg, 2.0, self._end, reaction.refuses, 603)
        elif reaction.after is not None and reaction.after < ring:
            self._plan(leg, 0.1 + reaction.after, self._agent_answers)
        else:
            self._plan(leg, ring + LATENCY, self._end, Cause.RING_TIMEOUT, None)
        return None

    def _agent_answers(self, leg: _Leg, now: Instant) -> None:
        leg.answered_at = now
        leg.turn += 1
        self._plan(leg, 4 * LONELY, self._end, Cause.HUNG_UP, None, since=now)
        self._tell(LegAnswered(leg.id))

    # --- talks ------------------------------------------------------------------------------------

    def _bridge(self, command: Bridge, now: Instant) -> None:
        customer, agent = self._legs.get(command.customer_leg), self._legs.get(command.agent_leg)
        if not customer or not agent or customer.partner == agent.id:
            return
        if customer.answered_at is None or agent.answered_at is None or customer.reaction is None:
            return
        customer.partner, agent.partner = agent.id, customer.id
        customer.talked = agent.talked = True
        customer.turn += 1
        agent.turn += 1
        self.tally.talks += 1
        reaction = customer.reaction
        self.telephones.talk_began(agent.address, agent.id, reaction.fate is Fate.MACHINE, now)
        if reaction.leaves_first:
            self._plan(customer, reaction.talks, self._end, Cause.HUNG_UP, None, since=now)
        else:
            self._plan(customer, reaction.talks, self._agent_has_done, since=now)

    def _agent_has_done(self, customer: _Leg, now: Instant) -> None:
        agent = self._legs.get(customer.partner) if customer.partner else None
        if agent is None:
            return
        if self.telephones.talk_over(agent.address, agent.id, now):
            self._end(agent, Cause.HUNG_UP, None, now)
        else:  # the desk asks the engine; nobody waits for it for ever
            self._plan(customer, 4 * LONELY, self._end, Cause.HUNG_UP, None, since=now)

    def _hang_up(self, command: HangUp, now: Instant) -> None:
        leg = self._legs.get(command.leg)
        if leg is not None:
            self.watch.we_hung_up(leg.id, leg.partner in self._legs, now)
            leg.ending = True
            self.agenda.after(now, LATENCY, self._end, leg, Cause.WE_HUNG_UP, None)

    # --- legs -------------------------------------------------------------------------------------

    def _add(self, leg: _Leg, *more: str) -> _Leg:
        self._legs[leg.id] = leg
        for place in (leg.address, *more):
            self._at.setdefault(place, set()).add(leg.id)
        return leg

    def _busy(self, place: str) -> int:
        """Legs at a trunk, number or endpoint, those not counted whose end is already commanded."""
        return sum(not self._legs[leg].ending for leg in self._at.get(place, ()))

    def _forget(self, leg: _Leg) -> None:
        leg.turn += 1
        self._legs.pop(leg.id, None)
        for place in (leg.address, leg.trunk):
            self._at.get(place, set()).discard(leg.id)

    def _end(self, leg: _Leg, cause: Cause, sip_code: int | None, now: Instant) -> None:
        if leg.id not in self._legs:
            return
        self._forget(leg)
        self.tally.ended[cause] = self.tally.ended.get(cause, 0) + 1
        if leg.recording:
            name, since = leg.recording
            self._tell(RecordingFinished(leg.id, name, (now - since).total_seconds()))
        self._tell(LegEnded(leg.id, cause, sip_code))
        other = self._legs.get(leg.partner) if leg.partner else None
        if other is not None:
            other.turn += 1
            self._plan(other, LONELY, self._end, Cause.HUNG_UP, None, since=now)

    def _plan(
        self, leg: _Leg, seconds: float, action: Callable[..., None], *args: object, since: Instant | None = None
    ) -> None:
        at = (since or leg.began) + timedelta(seconds=seconds)
        self.agenda.at(at, self._act, leg, leg.turn, action, args)

    def _act(self, leg: _Leg, turn: int, action: Callable[..., None], args: tuple[object, ...], now: Instant) -> None:
        if leg.turn == turn and leg.id in self._legs:
            action(leg, *args, now)

    def _tell(self, event: SwitchEvent) -> None:
        if not self.lost:
            self.listener(event)

    # --- what a bystander may ask -----------------------------------------------------------------

    def live_customers(self) -> int:
        return sum(leg.customer for leg in self._legs.values())

    def calls_to(self, number: PhoneNumber) -> int:
        return self._calls.get(number, 0)


def event_leg(event: SwitchEvent) -> LegId | None:
    """The leg an event speaks of, if it speaks of one."""
    return None if isinstance(event, SwitchLost | SwitchReturned) else event.leg
