"""Which organisations an engine process should take, and which it should let go: every process gets an equal part."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

GIVE_AT_ONCE: Final = 5
"""Organisations let go in one look: those who come get them in seconds, and no talk of many waits at one moment."""


@dataclass(frozen=True, slots=True)
class Share:
    take: tuple[int, ...] = ()
    give: tuple[int, ...] = ()


def share(
    *,
    me: str,
    processes: Collection[str],
    holders: Mapping[int, str | None],
    mine: Collection[int],
    busy: Collection[int] = (),
) -> Share:
    """What ``me`` should do now.

    ``processes``: engine processes that live; ``holders``: who holds each organisation, None for nobody; ``mine``:
    those ``me`` serves or tries to; ``busy``: those of mine with calls up, which are let go last.

    All processes see the same table and count alike, so their parts add up to all organisations; the lease decides
    where two of them see different moments.
    """
    crew = sorted({*processes, me})
    rank = crew.index(me)
    size, more = divmod(len(holders), len(crew))
    part = size + (rank < more)
    over = len(mine) - part
    if over > 0:
        given = sorted((each for each in mine if each in holders), key=lambda each: (each in busy, each))
        return Share(give=tuple(given[: min(over, GIVE_AT_ONCE)]))
    free = [each for each in sorted(holders) if holders[each] in {None, me} and each not in mine]
    own = free[rank :: len(crew)]
    others = sorted(set(free) - set(own))  # of a process that has died since, or has enough
    return Share(take=tuple([*own, *others][:-over]) if over else ())
