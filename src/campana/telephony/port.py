"""The Switch port: what the runtime needs from a telephone exchange.

Rules every driver keeps, and the contract suite in ``tests/contract/switch`` checks:

* Leg ids are chosen by the caller. A command that names a leg a second time changes nothing. Only a call that comes
  in is named by the switch (``CallArrived``, ``kernel.ids.arrived_leg``); it rings until ``AnswerCall`` or its end.
* ``send`` never waits for the network. What comes of a command is told by an event. When the switch
  refuses an ``Originate`` or ``RingAgent`` its leg ends with ``Cause.SWITCH_ERROR``; a refused ``Bridge``
  ends the agent's leg so; refused music, ringing tone or recording is only logged. A customer is never cut off for it.
* A sound that plays over and over or once (``PlayHoldMusic``, ``PlaySound``) replaces what the leg heard, and ends with
  the bridge. ``SoundFinished`` comes once for every ``PlaySound`` that nothing replaced, at once where the sound is
  not there. Sounds are named as in the library: the path below the folder of sounds, without its ending.
* ``DetectMachine`` listens to what an answered customer says while the music plays. ``VerdictReached`` comes once,
  after at most the time of the command and a moment; never after the end of the leg, a bridge, or a lost
  connection. Where the switch can not listen the verdict is ``UNSURE`` at once.
* ``Monitor`` lets a leg that we rang and that was answered into the talk of a customer's leg; it ends with neither of
  them. Where the switch can not do it the monitor's leg ends with ``Cause.SWITCH_ERROR``.
* Events of one leg arrive in order: ringing (perhaps), answered (perhaps), recording finished (where one
  was begun), ended (always, once).
* A leg that ended is never heard of again.
* The end of one leg ends no other: who is left talking to nobody is for the engine to decide.
* When the connection is lost the driver says ``SwitchLost`` once, reconnects by itself, and then says
  ``SwitchReturned`` with every leg of ours that is still up, calls that came in meanwhile among them. Legs that ended
  meanwhile are not told one by one. Commands sent while it is lost are dropped, not queued: the engine decides anew.
* Hanging up a leg that is gone is not an error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from campana.engine.inputs import (
    CallArrived,
    LegAnswered,
    LegEnded,
    LegRinging,
    RecordingFinished,
    SoundFinished,
    SwitchLost,
    SwitchReturned,
    VerdictReached,
)
from campana.engine.outputs import Command

SwitchEvent: TypeAlias = (
    CallArrived
    | LegRinging
    | LegAnswered
    | VerdictReached
    | SoundFinished
    | LegEnded
    | RecordingFinished
    | SwitchLost
    | SwitchReturned
)
Listener: TypeAlias = Callable[[SwitchEvent], None]
"""Called from any thread; must return at once."""


class Switch(Protocol):
    def start(self, listener: Listener) -> None:
        """Connect in the background. The first event is ``SwitchReturned`` with what is up already."""

    def send(self, command: Command) -> None:
        """Carry out a command. Thread-safe, never blocks, never raises for what the network does."""

    def close(self) -> None:
        """Stop listening. Calls that are up stay up: another engine may adopt them."""
