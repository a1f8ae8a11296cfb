"""What a pacer may see: the moment as it is, and what happened since it last looked.

All ages and durations are seconds as floats, all lists in any order. A dialler can see nothing else, so nothing else is
here: no number of contacts left, no true distribution, no future.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What may happen between two looks."""

    PICKUP = "pickup"
    HUMAN = "human"
    MACHINE = "machine"
    BUSY = "busy"
    INVALID = "invalid"
    NO_ANSWER = "no_answer"
    CONNECT = "connect"
    ABANDON = "abandon"
    TALK_END = "talk_end"
    WRAP_END = "wrap_end"
    AGENT_NO_ANSWER = "agent_no_answer"
    LOGIN = "login"
    LOGOUT = "logout"
    PAUSE = "pause"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened at ``at``.

    ``seconds``: for ``pickup`` the ring; for ``human``, ``machine`` and every unanswered end the time since launch; for
    ``connect`` and ``abandon`` the customer's wait; for ``talk_end`` and ``wrap_end`` how long it took.
    ``ring``: the ring of a ``human`` or ``machine``, which makes ``seconds - ring`` the time its detection took.
    """

    at: float
    kind: Kind
    seconds: float = 0.0
    ring: float = 0.0


@dataclass(frozen=True, slots=True)
class Situation:
    """The moment ``now``: how long everybody and every call has been in its present state."""

    now: float
    idle: Sequence[float] = ()
    talking: Sequence[float] = ()
    wrapping: Sequence[float] = ()
    ringing: Sequence[float] = ()
    detecting: Sequence[float] = ()
    waiting: Sequence[float] = ()
    lines: int = 0
    """Lines occupied by this campaign's calls, talks included."""
    happened: Sequence[Happening] = field(default=())


@dataclass(frozen=True, slots=True)
class Limits:
    """What binds the pace; may change from one moment to the next."""

    max_abandon: float
    """The share of live answers that may be abandoned, 0 to 1 (CAM-483); 0 never dials ahead."""
    cap: int
    """Lines this campaign may occupy at once."""
    max_wait: float
    """Seconds a person who answered waits for an agent before the call counts as abandoned."""
    ring_timeout: float
    """Seconds after which an unanswered call is given up."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many calls to launch now, and the slip that explains it."""

    launch: int
    free_soon: float
    """Agents expected free by the time a call launched now is likely to be answered, those idle included."""
    answers_soon: float
    """Live answers expected by then from the calls already out."""
    risk: float
    """The chance that the answer of the last call launched, or one it displaces, finds no agent."""
    accepted: float
    """The risk accepted at this moment: the budget's price of an abandoned call."""
    bound: str
    """What kept the next call from leaving: ``risk``, ``cap``, ``start``, ``nobody``."""
