"""After a connection was made: what of ours is really up, and what is a leftover."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from campana.engine.inputs import CallArrived
from campana.kernel.ids import LegId, has_arrived
from campana.telephony.asterisk.events import arrival
from campana.telephony.asterisk.names import Kind, Names


@dataclass(frozen=True, slots=True)
class Found:
    leg: LegId
    answered: bool
    ringing: bool
    arrived: CallArrived | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """What a look at all channels and bridges says about ours. Those of other applications are not in it."""

    legs: tuple[Found, ...]
    recorded: frozenset[LegId]
    """Live legs that have a recorder."""
    bridged: frozenset[LegId]
    """Live customers that have a bridge."""
    leftover_legs: tuple[LegId, ...]
    """Up, but ended or given up as far as the engine knows: hang up."""
    leftover_bridges: tuple[LegId, ...]
    """Bridges whose customer is gone: drop."""
    spies: tuple[tuple[LegId, int], ...] = ()
    """Channels that listened for supervisors, and their turns: drop, the engine gave their legs up."""
    detectors: tuple[LegId, ...] = ()
    """Legs with a detector, whose verdict nobody waits for any more: drop."""


def take_stock(
    channels: Iterable[Mapping[str, Any]],
    bridges: Iterable[Mapping[str, Any]],
    names: Names,
    *,
    ended: Collection[LegId],
    undialled: Collection[LegId],
) -> Stock:
    """``ended``: legs whose end was told. ``undialled``: created by us, but their dialling never left."""
    legs: list[Found] = []
    leftover: list[LegId] = []
    recorders: set[LegId] = set()
    detectors: list[LegId] = []
    spies: list[tuple[LegId, int]] = []
    for channel in channels:
        ours = names.parse(channel.get("id", ""))
        if ours is None:
            continue
        kind, leg = ours
        if kind is Kind.RECORDER:
            recorders.add(leg)
        elif kind is Kind.SPY:
            spies += [spy] if (spy := names.spy_of(channel["id"])) else []
        elif kind is Kind.DETECTOR:
            detectors.append(leg)
        elif kind is Kind.LEG:
            state = channel.get("state", "")
            if has_arrived(leg):
                call = _arrival(leg, channel, names)
                if call is not None and leg not in ended:
                    legs.append(Found(leg, answered=state == "Up", ringing=False, arrived=call))
                elif call is not None:
                    leftover.append(leg)
            elif leg in ended or (leg in undialled and state == "Down"):
                leftover.append(leg)
            else:
                legs.append(Found(leg, answered=state == "Up", ringing=state == "Ringing"))
    live = {found.leg for found in legs}
    owners = {ours[1] for bridge in bridges if (ours := names.parse(bridge.get("id", "")))}
    return Stock(
        legs=tuple(legs),
        recorded=frozenset(recorders & live),
        bridged=frozenset(owners & live),
        spies=tuple(spies),
        detectors=tuple(detectors),
        leftover_legs=tuple(leftover),
        leftover_bridges=tuple(sorted(owners - live)),
    )


def _arrival(leg: LegId, channel: Mapping[str, Any], names: Names) -> CallArrived | None:
    """A call that came in and is in our application; None for channels of others that Asterisk named."""
    where = channel.get("dialplan", {})
    app, *words = str(where.get("app_data", "")).split(",")
    return arrival(leg, words, channel) if where.get("app_name") == "Stasis" and app == names.app else None
