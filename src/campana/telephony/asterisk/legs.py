"""The legs the driver believes to be up, and a memory of those that ended."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from campana.engine.inputs import CallArrived, LegEnded
from campana.engine.outputs import DetectMachine, Originate, PlayHoldMusic, PlaySound, RingAgent
from campana.engine.words import Cause
from campana.kernel.ids import LegId
from campana.telephony.asterisk.causes import Ending, Side
from campana.telephony.asterisk.reconcile import Found, Stock

REMEMBERED = 100_000
"""Ended legs remembered, so that a repeated command dials nobody. Attempt ids never repeat anyway."""


@dataclass(slots=True, eq=False)
class Leg:
    id: LegId
    command: Originate | RingAgent | None = None
    """None for a leg that was found up, or came in."""
    arrived: CallArrived | None = None
    dialled: bool = False
    alerted: bool = False
    """The carrier spoke: ringing or progress."""
    ringing: bool = False
    """``LegRinging`` was told."""
    answered: bool = False
    asked: bool = False
    """We sent a hang-up."""
    by: Side | None = None
    """Who began the hang-up."""
    verdict: Cause | None = None
    """The cause to tell whatever Asterisk says: the switch refused something."""
    music: bool = False
    playing: PlayHoldMusic | PlaySound | None = None
    """The sound of the library it hears."""
    turn: int = 0
    """Which of its two playbacks was the last."""
    tone: bool = False
    """It hears our ringing tone."""
    listens: DetectMachine | None = None
    """Machine detection goes on."""
    bridge: bool = False
    spies: int = 0
    """How many channels were made to listen for this supervisor; the last is the one that does."""
    recording: bool = False
    recording_name: str = ""
    ended: LegEnded | None = None
    """The end, held back for the recording."""

    def ending(self, q850: int, sip: int | None) -> Ending:
        answered = self.answered or self.arrived is not None  # whoever calls and gives up has hung up
        return Ending(answered, self.alerted, self.asked, self.by, q850, sip)


class Legs:
    def __init__(self) -> None:
        self._up: dict[LegId, Leg] = {}
        self._ended: OrderedDict[LegId, None] = OrderedDict()

    def get(self, leg_id: LegId) -> Leg | None:
        return self._up.get(leg_id)

    def knows(self, leg_id: LegId) -> bool:
        """Whether this id was ever a leg, as far as we remember."""
        return leg_id in self._up or leg_id in self._ended

    def has(self, leg: Leg) -> bool:
        return self._up.get(leg.id) is leg

    def add(self, leg: Leg) -> Leg:
        self._up[leg.id] = leg
        return leg

    def end(self, leg_id: LegId) -> None:
        self._up.pop(leg_id, None)
        self._ended[leg_id] = None
        if len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)

    @property
    def ended(self) -> OrderedDict[LegId, None]:
        return self._ended

    @property
    def undialled(self) -> set[LegId]:
        """Created by us, but their dialling never left."""
        return {leg.id for leg in self._up.values() if leg.command is not None and not leg.dialled}

    def take_over(self, stock: Stock) -> None:
        """From now on exactly the legs of ``stock`` are up. What we knew of them is kept."""
        before, self._up = self._up, {}
        for found in stock.legs:
            self.add(_adopted(found, before.pop(found.leg, None), stock))
        for gone in before:
            self.end(gone)


def _adopted(found: Found, known: Leg | None, stock: Stock) -> Leg:
    leg = known or Leg(found.leg, arrived=found.arrived)
    leg.dialled, leg.asked, leg.by, leg.ended = True, False, None, None
    leg.listens = None
    leg.answered = found.answered
    leg.alerted = leg.alerted or found.answered or found.ringing
    leg.recording = found.leg in stock.recorded
    leg.bridge = found.leg in stock.bridged
    leg.music = leg.music or (found.answered and known is None)  # stopping what does not play is harmless
    leg.tone = leg.tone or (found.answered and known is None)
    return leg
