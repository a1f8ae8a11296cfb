"""What a call by hand occupies, given back."""

from __future__ import annotations

from typing import Final

from campana.engine.by_hand.call import HandCall
from campana.engine.state import State

TIMERS: Final = ("hand_return", "hand_agent", "hand_pace", "hand_ring", "hand_hang")


def drop(s: State, call: HandCall) -> None:
    s.by_hand.pop(call.id, None)
    for kind in TIMERS:
        s.timers.set(kind, call.id, None)
    trunk = s.trunks.get(call.trunk_id)
    if trunk is not None:
        trunk.give_back()
    s.free_lines()
