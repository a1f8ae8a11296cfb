"""``bin/sim``: run simulated shifts and say what was found."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TextIO

from campana.engine.words import DialMode, PacingMethod
from campana.kernel.clock import Instant
from campana.sim.arguments import hours_of_a_shift, some, span
from campana.sim.faults import HARD_DAY, NO_FAULTS
from campana.sim.pacing import table
from campana.sim.pacing.judge import judge
from campana.sim.pacing.scenarios import DEVELOPMENT, UNSEEN, draw, named
from campana.sim.pacing.stdio import serve
from campana.sim.plan import draw_shift
from campana.sim.predictive import run as run_predictive
from campana.sim.report import ShiftReport
from campana.sim.shift import Shift, Stuck
from campana.sim.storm import command as storm


def run_shift(seed: int, *, hours: float, agents: int, calm: bool, trace: str = "") -> ShiftReport:
    plan = draw_shift(seed, hours=hours, agents=agents, faults=NO_FAULTS if calm else HARD_DAY)
    shift = Shift(plan, trace=partial(_trace, trace, sys.stderr) if trace else None)
    try:
        return shift.run()
    except Stuck as stuck:
        return stuck.report


def _trace(words: str, to: TextIO, at: Instant, kind: str, thing: object) -> None:
    text = repr(thing)
    if words == "all" or any(word in text for word in words.split("|")):
        to.write(f"{at:%H:%M:%S.%f} {kind:3} {text}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="bin/sim",
        description="Simulated working days of a call centre.",
        epilog="Also: bin/sim campaign, replay and calibrate simulate one campaign; each has its own --help.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("shift", help="one shift: figures, violations, coverage")
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--trace", default="", metavar="WORDS", help="print what mentions one of WORDS (a|b), or all")
    many = commands.add_parser("shifts", help="many shifts, one after another seed")
    many.add_argument("--seeds", type=some, default=200)
    many.add_argument("--first", type=int, default=1)
    many.add_argument("--jobs", type=some, default=2)
    for each in (one, many):
        each.add_argument("--hours", type=hours_of_a_shift, default=8.0, help="from 1 to 24 (8)")
        each.add_argument("--agents", type=some, default=40)
        each.add_argument("--calm", action="store_true", help="without faults")
        each.add_argument("--json", action="store_true")
    pacer = commands.add_parser(
        "pacer", help="the adaptive pacer over standard input and output, or through a scenario"
    )
    what = pacer.add_mutually_exclusive_group(required=True)
    what.add_argument("--stdio", action="store_true", help="one JSON object a line each way; see sim/pacing/stdio.py")
    what.add_argument("--scenario", choices=[scenario.name for scenario in DEVELOPMENT + UNSEEN])
    what.add_argument("--drawn", type=int, metavar="N", help="the scenario drawn from seed N")
    what.add_argument("--table", action="store_true", help="all scenarios over several seeds beside the oracle (slow)")
    pacer.add_argument("--seed", type=int, default=1, help="of the table, the first one")
    pacer.add_argument("--seeds", type=some, default=3, help="how many, for the table")
    pacer.add_argument("--unseen", action="store_true", help="the scenarios set aside, which nobody tunes on")
    pacer.add_argument("--only", default="", metavar="WORDS", help="of the table, scenarios with these names (a,b)")
    pacer.add_argument("--json", action="store_true")
    pacer.add_argument("--oracle", action="store_true", help="also the best in hindsight, for comparison (slow)")
    storm.add_arguments(commands.add_parser("storm", help="many short worlds in which everything goes wrong"))
    predictive = commands.add_parser("predictive", help="a day of Predictive against Progressive (CAM-489)")
    predictive.add_argument("--hours", type=span, default=11.0, help="the first one is for warming up")
    predictive.add_argument("--agents", type=some, default=5)
    predictive.add_argument("--seed", type=int, default=7)
    predictive.add_argument("--limits", type=float, nargs="+", default=[0.01, 0.03, 0.1])
    predictive.add_argument("--method", choices=[method.value for method in PacingMethod], default="adaptive")
    given = parser.parse_args(arguments)
    if given.command == "storm":
        return storm.command(given)
    if given.command == "predictive":
        return _predictive(given)
    if given.command == "pacer":
        return _pacer(given)
    return _one(given) if given.command == "shift" else _many(given)


def _one(given: argparse.Namespace) -> int:
    report = run_shift(given.seed, hours=given.hours, agents=given.agents, calm=given.calm, trace=given.trace)
    if given.json:
        _say(json.dumps(report.as_json(), indent=1))
    else:
        _say(_line(report))
        _say("\n".join(f"  {violation}" for violation in report.violations))
    return 1 if report.violations else 0


def _pacer(given: argparse.Namespace) -> int:
    if given.stdio:
        serve(open(0, encoding="utf-8", errors="replace", closefd=False), sys.stdout)  # noqa: SIM115
        return 0
    if given.table:
        return _table(given)
    scenario = named(given.scenario) if given.scenario else draw(given.drawn)
    _say(json.dumps(judge(scenario, given.seed, with_oracle=given.oracle), indent=1))
    return 0


def _table(given: argparse.Namespace) -> int:
    only = set(filter(None, given.only.split(",")))
    known = UNSEEN if given.unseen else DEVELOPMENT
    if strange := only - {scenario.name for scenario in known}:
        sys.stderr.write(f"sim: --only: the table has no scenario {', '.join(sorted(strange))}\n")
        return 1
    scenarios = [scenario for scenario in known if not only or scenario.name in only]
    rows: list[table.Line] = []
    if not given.json:
        _say(table.HEAD)
    kept = table.Kept(Path("var/pacing-oracle.json"))
    for line in table.lines(scenarios, range(given.seed, given.seed + given.seeds), kept):
        rows.append(line)
        if not given.json:
            _say(table.words(line))
    whole = table.summary(rows)
    _say(json.dumps({"lines": [asdict(line) for line in rows], "summary": whole} if given.json else whole, indent=1))
    return 0


def _predictive(given: argparse.Namespace) -> int:
    """One line of JSON a limit; fails when a limit is broken or nothing is won."""
    day = partial(run_predictive, given.hours, agents=given.agents, seed=given.seed)
    before = day(mode=DialMode.PROGRESSIVE).figures
    _say(json.dumps({"mode": "progressive", "answers": before.answered, "occupancy": round(before.occupancy, 4)}))
    broken = 0
    for limit in given.limits:
        figures = day(max_abandon=limit, pacing=PacingMethod(given.method)).figures
        broken += figures.abandonment > limit or figures.occupancy <= before.occupancy
        line = {"limit": limit, "answers": figures.answered, "abandonment": round(figures.abandonment, 4)}
        _say(json.dumps(line | {"occupancy": round(figures.occupancy, 4)}))
    return 1 if broken else 0


def _many(given: argparse.Namespace) -> int:
    began = perf_counter()
    run = partial(run_shift, hours=given.hours, agents=given.agents, calm=given.calm)
    seeds = range(given.first, given.first + given.seeds)
    coverage: Counter[str] = Counter()
    broken: dict[int, list[str]] = {}
    attempts = inputs = 0
    with ProcessPoolExecutor(given.jobs) as pool:
        for report in pool.map(run, seeds):
            coverage.update(report.coverage)
            attempts, inputs = attempts + report.attempts, inputs + report.inputs
            if report.violations:
                broken[report.seed] = [str(violation) for violation in report.violations]
            if not given.json:
                _say(_line(report))
                for violation in report.violations[:5]:
                    _say(f"  {violation}")
    summary = {
        "seeds": given.seeds,
        "first": given.first,
        "hours": given.hours,
        "agents": given.agents,
        "attempts": attempts,
        "inputs": inputs,
        "broken": broken,
        "coverage": dict(sorted(coverage.items())),
        "wall_seconds": round(perf_counter() - began, 1),
    }
    if given.json:
        _say(json.dumps(summary, indent=1))
    else:
        _say(f"{given.seeds} shifts, {attempts} attempts, {len(broken)} broken, {summary['wall_seconds']} s")
    return 1 if broken else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _line(report: ShiftReport) -> str:
    return (
        f"seed {report.seed}: {report.attempts} attempts, {report.answered} answered, {report.connected} connected, "
        f"{report.abandoned} abandoned, {report.inputs} inputs, {len(report.violations)} violations, "
        f"{report.wall_seconds:.1f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
