"""One world from beginning to end, whatever happens in it."""

from __future__ import annotations

import re
import traceback
from time import process_time

from campana.kernel.clock import Instant
from campana.sim.plan import ShiftPlan
from campana.sim.report import ShiftReport, Violation
from campana.sim.shift import Shift, Stuck, Trace
from campana.sim.storm.draw import draw_storm

FAILURE = "nothing fails with an exception"


def run_storm(seed: int) -> ShiftReport:
    return run_plan(draw_storm(seed))


def run_plan(plan: ShiftPlan, trace: Trace | None = None) -> ShiftReport:
    """Its report; an exception anywhere is a violation like others."""
    began = process_time()
    shift = Shift(plan, trace=trace)
    try:
        return shift.run()
    except Stuck as stuck:
        return stuck.report
    except Exception as problem:
        frame = traceback.extract_tb(problem.__traceback__)[-1]
        what = f"{type(problem).__name__}: {problem} in {frame.filename.rpartition('/')[2]}:{frame.lineno}"
        shift.report.violations.append(Violation(FAILURE, shift.now.isoformat(timespec="milliseconds"), what))
        shift.note("**", what)
        return shift.report
    finally:
        shift.report.wall_seconds = process_time() - began


class Tape:
    """A trace that is kept, to be read around the break."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.broke: int | None = None

    def __call__(self, at: Instant, kind: str, thing: object) -> None:
        if kind == "**" and self.broke is None:
            self.broke = len(self.lines)
        self.lines.append(f"{at:%H:%M:%S.%f}"[:-3] + f" {kind:3} {thing}")

    def around(self, before: int = 40, after: int = 4) -> list[str]:
        broke = len(self.lines) if self.broke is None else self.broke
        return [shorter(line) for line in self.lines[max(0, broke - before) : broke + after]]


def _clock(found: re.Match[str]) -> str:
    return ":".join(f"{int(part or 0):02}" for part in found.groups()[3:])


def shorter(line: str) -> str:
    """Without what a reader does not miss: type names, zones, fields that say nothing."""
    for pattern, instead in _NOISE:
        line = pattern.sub(instead, line)
    return _MOMENT.sub(_clock, line)


_MOMENT = re.compile(r"datetime\.datetime\((\d+), (\d+), (\d+), (\d+), (\d+)(?:, (\d+))?[^()]*(?:\([^()]*\))?[^()]*\)")
_NOISE = [
    (re.compile(r"<\w+\.\w+: '(\w+)'>"), r"\1"),
    (re.compile(r"datetime\.timedelta\(seconds=([\d.]+)\)"), r"\1 s"),
    (re.compile(r", \w+=(None|False|\(\)|\{\}|'')(?=[,)])"), ""),
    (re.compile(r"frozenset\(\)"), "{}"),
]
