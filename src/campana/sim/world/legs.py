"""The legs that are up, and what is planned for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from campana.engine.config import TrunkConfig
from campana.engine.inputs import (
    CallArrived,
    LegEnded,
    LegRinging,
    RecordingFinished,
)
from campana.engine.outputs import Command
from campana.engine.words import Cause
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId
from campana.kernel.phone import PhoneNumber
from campana.sim.agenda import Agenda
from campana.sim.callees import Callees, Reaction
from campana.sim.world.people import PatientTelephones, Telephones, TrunkHealth, Watch
from campana.telephony.port import Listener, SwitchEvent

LATENCY = 0.02
PATIENCE_OF_CALLERS = 90.0
LONELY = 6.0
"""Seconds after which people hang up when the other end of their talk has gone."""


@dataclass(slots=True)
class Leg:
    id: LegId
    address: str
    """The customer's number or the agent's endpoint."""
    began: Instant
    trunk: str = ""
    reaction: Reaction | None = None
    arrived: CallArrived | None = None
    """Told of a call that came in."""
    message: int = 0
    """The last thing that was played to it; the end of an earlier one is not told."""
    listening: int = 0
    """The last order to detect a machine; of an earlier one no verdict is told."""
    answered_at: Instant | None = None
    partner: LegId | None = None
    talked: bool = False
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


class Legs:
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
        self._legs: dict[LegId, Leg] = {}
        self._seen: set[LegId] = set()
        self._calls: dict[str, int] = {}
        self.picked_up: set[LegId] = set()
        """Legs of agents that were answered."""
        self._at: dict[str, set[LegId]] = {}
        """Live legs by trunk, by number and by endpoint, without those whose end is already commanded."""
        self.refuse: Callable[[Command], bool] = lambda command: False
        """Commands that the switch itself refuses."""

    def _add(self, leg: Leg, *more: str) -> Leg:
        self._legs[leg.id] = leg
        for place in (leg.address, *more):
            self._at.setdefault(place, set()).add(leg.id)
        return leg

    def _busy(self, place: str) -> int:
        """Legs at a trunk, number or endpoint, those not counted whose end is already commanded."""
        return len(self._at.get(place, ()))

    def _leave(self, leg: Leg) -> None:
        """Our hang-up is on its way; the telephone can ring again."""
        for place in (leg.address, leg.trunk):
            self._at.get(place, set()).discard(leg.id)

    def _forget(self, leg: Leg) -> None:
        leg.turn += 1
        self._legs.pop(leg.id, None)
        self._leave(leg)

    def _end(self, leg: Leg, cause: Cause, sip_code: int | None, now: Instant) -> None:
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
        self, leg: Leg, seconds: float, action: Callable[..., None], *args: object, since: Instant | None = None
    ) -> None:
        at = (since or leg.began) + timedelta(seconds=seconds)
        self.agenda.at(at, self._act, leg, leg.turn, action, args)

    def _act(self, leg: Leg, turn: int, action: Callable[..., None], args: tuple[object, ...], now: Instant) -> None:
        if leg.turn == turn and leg.id in self._legs:
            action(leg, *args, now)

    def _ringing(self, leg: Leg, now: Instant) -> None:
        self._tell(LegRinging(leg.id))

    def _tell(self, event: SwitchEvent) -> None:
        if not self.lost:
            self.listener(event)

    def callers_on(self, trunk: str) -> int:
        """Legs of people who called us there."""
        return sum(leg.arrived is not None and leg.trunk == trunk for leg in self._legs.values())

    def callers_from(self, number: str) -> int:
        return sum(leg.arrived is not None and leg.address == number for leg in self._legs.values())

    def apart(self, one: LegId, other: LegId) -> bool:
        """Whether both are up and answered, and do not hear each other."""
        first, second = self._legs.get(one), self._legs.get(other)
        if first is None or second is None or first.answered_at is None or second.answered_at is None:
            return False
        return first.partner != other

    def live_customers(self) -> int:
        return sum(leg.customer for leg in self._legs.values())

    def calls_to(self, number: PhoneNumber) -> int:
        return self._calls.get(number, 0)
