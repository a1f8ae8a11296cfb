"""Which of our numbers the customer sees (CAM-395..413).

"At random" is spread evenly without dice: the least used working hotline that the contact did not see last.
Ties are broken by a scrambled serial, so the order is not a fixed round.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from campana.engine.words import CallerIdPolicy
from campana.kernel.ids import HotlineId

_SCRAMBLE = 2654435761  # Knuth's multiplicative hash, 2**32 / golden ratio


def candidates(
    policy: CallerIdPolicy, chosen: tuple[HotlineId, ...], every: Iterable[HotlineId]
) -> tuple[HotlineId, ...]:
    """The hotlines a campaign may show, before asking whether they work."""
    if policy is CallerIdPolicy.SINGLE:
        return chosen[:1]
    if policy is CallerIdPolicy.RANDOM_CHOSEN:
        return chosen
    return tuple(sorted(every))


def choose(
    working: tuple[HotlineId, ...], *, uses: Mapping[HotlineId, int], last: HotlineId | None, serial: int
) -> HotlineId | None:
    """One of the working hotlines; None when there is none."""
    if not working:
        return None
    fresh = tuple(hotline for hotline in working if hotline != last) or working
    return min(fresh, key=lambda hotline: (uses.get(hotline, 0), (hotline * 31 + serial) * _SCRAMBLE % 2**32))
