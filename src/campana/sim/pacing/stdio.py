"""The pacer over standard input and output: one JSON object a line each way.

``{"type": "init", "max_abandon", "cap", "max_wait", "ring_timeout", "dt"}`` is answered by ``{"ok": true}``,
``{"type": "step", "now", "agents", "calls", "totals", "events", …}`` by ``{"launch": n}``; ``{"type": "end"}`` ends it.
Events are ``[at, kind, seconds, ring or agent]``. A step that leaves out a limit means the last one; one that leaves
out a list means that there is nobody. A line that can not be read is answered by ``{"launch": 0, "error": words}``.
Time comes from ``now`` alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TextIO

from campana.engine.pacing.adaptive import Adaptive, Happening, Kind, Limits, Situation

_KINDS = {kind.value: kind for kind in Kind}
_USUAL: Final = Limits(max_abandon=0.03, cap=1_000_000, max_wait=2.0, ring_timeout=28.0)
"""Where ``init`` does not say."""
_UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


def serve(lines: Iterable[str], out: TextIO) -> None:
    pacer: Adaptive | None = None
    limits = _USUAL
    for line in lines:
        if not line.strip():
            continue
        answer: dict[str, object]
        try:
            message = json.loads(line)
            kind = message["type"]
            if kind == "end":
                return
            if kind == "init":
                limits = _limits(message, _USUAL)
                pacer, answer = Adaptive(limits), {"ok": True}
            elif kind == "step" and pacer is not None:
                limits = _limits(message, limits)
                answer = {"launch": pacer.decide(_situation(message), limits).launch}
            else:
                answer = {"launch": 0, "error": f"{kind} was not expected here"}
        except _UNREADABLE as problem:
            answer = {"launch": 0, "error": f"this line can not be read: {problem!r}"}
        out.write(json.dumps(answer) + "\n")
        out.flush()


def _limits(message: Mapping[str, Any], before: Limits) -> Limits:
    return Limits(
        max_abandon=_number(message.get("max_abandon", before.max_abandon)),
        cap=int(_number(message.get("cap", before.cap))),
        max_wait=min(300.0, _number(message.get("max_wait", before.max_wait))),
        ring_timeout=min(600.0, max(3.0, _number(message.get("ring_timeout", before.ring_timeout)))),
    )


def _situation(message: Mapping[str, Any]) -> Situation:
    agents, calls = message.get("agents", {}), message.get("calls", {})
    ringing, detecting, waiting = (_ages(calls, state) for state in ("ringing", "amd", "waiting"))
    talking = _ages(agents, "talk")
    out = len(ringing) + len(detecting) + len(waiting) + len(talking)
    return Situation(
        now=_number(message["now"]),
        idle=_ages(agents, "idle"),
        talking=talking,
        wrapping=_ages(agents, "wrap"),
        ringing=ringing,
        detecting=detecting,
        waiting=waiting,
        lines=int(_number(calls.get("lines", out))),
        happened=[_happening(event) for event in message.get("events", ()) if event[1] in _KINDS],
    )


def _ages(those: Mapping[str, Any], state: str) -> Sequence[float]:
    return [_number(age) for age in those.get(state, ())]


def _happening(event: list[Any]) -> Happening:
    at, kind, seconds, other = (*event, 0.0, 0.0)[:4]
    return Happening(_number(at), _KINDS[kind], _number(seconds or 0.0), _number(other or 0.0))


def _number(given: Any) -> float:
    number = float(given)
    if not math.isfinite(number):
        raise ValueError(f"{given!r} is no number to count with")
    return number
