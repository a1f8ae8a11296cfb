"""The pacer over standard input and output: one JSON object a line each way.

``{"type": "init", "max_abandon", "cap", "max_wait", "ring_timeout", "dt"}`` is answered by ``{"ok": true}``,
``{"type": "step", "now", "agents", "calls", "totals", "events", …}`` by ``{"launch": n}``; ``{"type": "end"}`` ends it.
Events are ``[at, kind, seconds, ring or agent]``. A line that can not be read is answered by ``{"error": words}`` and
nothing is launched. Time comes from ``now`` alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from campana.engine.pacing.adaptive import Adaptive, Happening, Kind, Limits, Situation

_KINDS = {kind.value: kind for kind in Kind}


def serve(lines: Iterable[str], out: TextIO) -> None:
    pacer: Adaptive | None = None
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
                pacer, answer = Adaptive(_limits(message)), {"ok": True}
            elif kind == "step" and pacer is not None:
                answer = {"launch": pacer.decide(_situation(message), _limits(message)).launch}
            else:
                answer = {"error": f"{kind} was not expected here"}
        except (ValueError, KeyError, TypeError, IndexError) as problem:
            answer = {"error": f"this line can not be read: {problem!r}"}
        out.write(json.dumps(answer) + "\n")
        out.flush()


def _limits(message: Mapping[str, Any]) -> Limits:
    return Limits(
        max_abandon=float(message["max_abandon"]),
        cap=int(message["cap"]),
        max_wait=float(message["max_wait"]),
        ring_timeout=float(message["ring_timeout"]),
    )


def _situation(message: Mapping[str, Any]) -> Situation:
    agents, calls = message["agents"], message["calls"]
    return Situation(
        now=float(message["now"]),
        idle=agents["idle"],
        talking=agents["talk"],
        wrapping=agents["wrap"],
        ringing=calls["ringing"],
        detecting=calls["amd"],
        waiting=calls["waiting"],
        lines=int(calls["lines"]),
        happened=[_happening(event) for event in message["events"] if event[1] in _KINDS],
    )


def _happening(event: list[Any]) -> Happening:
    at, kind, seconds, other = (*event, 0.0, 0.0)[:4]
    return Happening(float(at), _KINDS[kind], float(seconds or 0.0), float(other or 0.0))
