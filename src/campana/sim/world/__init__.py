"""The exchange, the carrier behind it and the telephones on both ends, in virtual time.

Commands of the engine go in, port events come out at their instants through ``listener``; the rules of
``telephony.port`` are kept: legs are dialled once whatever is repeated, events of a leg come in order, a
leg that ended is never heard of again. ``Watch`` sees what a bystander with a stop-watch would see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from campana.engine.inputs import (
    LiveLeg,
    SwitchLost,
    SwitchReturned,
)
from campana.engine.outputs import (
    AnswerCall,
    Bridge,
    Command,
    DetectMachine,
    HangUp,
    Monitor,
    Originate,
    PlayHoldMusic,
    PlayRinging,
    PlaySound,
    RingAgent,
    StartRecording,
)
from campana.engine.words import Cause
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId
from campana.sim.world.agents import Agents
from campana.sim.world.callers import Callers
from campana.sim.world.customers import Customers
from campana.sim.world.people import PatientTelephones, RingReaction, Telephones, TrunkHealth, Watch
from campana.telephony.port import SwitchEvent

__all__ = ["PatientTelephones", "RingReaction", "Telephones", "TrunkHealth", "Watch", "World", "event_leg"]


_ACTS: Final[Mapping[type[Command], str]] = {
    Originate: "_originate",
    RingAgent: "_ring_agent",
    DetectMachine: "_detect",
    Bridge: "_bridge",
    HangUp: "_hang_up",
    PlayRinging: "_ring_tone",
    Monitor: "_monitor",
    AnswerCall: "_answer_call",
    PlaySound: "_play_sound",
    PlayHoldMusic: "_hold_music",
}


class World(Customers, Callers, Agents):
    """All of it, behind the commands of the port."""

    def carry_out(self, command: Command, now: Instant) -> None:
        if self.lost:
            self.tally.dropped_commands += 1
            return
        if isinstance(command, StartRecording):
            leg = self._legs.get(command.leg)
            if leg and leg.recording is None:
                leg.recording = (command.name, now)
            return
        act: Callable[[Any, Instant], None] = getattr(self, _ACTS[type(command)])
        act(command, now)

    def _hold_music(self, command: PlayHoldMusic, now: Instant) -> None:
        self._other_sound(command.leg)
        self._music(command, now)

    def up(self) -> tuple[LiveLeg, ...]:
        """Our legs that are up, as the switch would list them."""
        return tuple(LiveLeg(leg.id, leg.answered_at is not None, leg.arrived) for leg in self._legs.values())

    def report(self, now: Instant) -> None:
        """Tells the listener what is up: the first event of a connection."""
        self._tell(SwitchReturned(self.up()))

    # --- misfortune -------------------------------------------------------------------------------

    def lose(self, now: Instant) -> None:
        """The connection to the switch breaks; calls stay up."""
        if not self.lost:
            self.lost = True
            for leg in self._legs.values():
                leg.listening += 1
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


def event_leg(event: SwitchEvent) -> LegId | None:
    """The leg an event speaks of, if it speaks of one."""
    return None if isinstance(event, SwitchLost | SwitchReturned) else event.leg
