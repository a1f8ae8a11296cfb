"""``bin/sim storm``: many seeds on several processors, and a failing one taken apart."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from campana.sim.arguments import some, span
from campana.sim.report import ShiftReport
from campana.sim.storm.coverage import never_met, watching_tables
from campana.sim.storm.draw import draw_storm
from campana.sim.storm.mutants import MUTANTS, caught
from campana.sim.storm.run import Tape, run_plan, run_storm
from campana.sim.storm.shrink import describe, shrink
from campana.sim.terminal import passing

AT_ONCE = 50
"""Seeds that one worker runs before it reports."""
ENOUGH_FOR_A_MUTANT = 1000
"""Seeds after which a wrong engine counts as not noticed."""
SHOWN = 3
"""Failing seeds that are taken apart at the end of a run of many."""


@dataclass(slots=True)
class Sum:
    """What some seeds brought."""

    seeds: int = 0
    attempts: int = 0
    inputs: int = 0
    cpu_seconds: float = 0.0
    broken: dict[int, list[str]] = field(default_factory=dict)
    coverage: Counter[str] = field(default_factory=Counter)

    def add(self, report: ShiftReport) -> None:
        self.seeds += 1
        self.attempts += report.attempts
        self.inputs += report.inputs
        self.cpu_seconds += report.wall_seconds
        self.coverage.update(report.coverage)
        if report.violations:
            self.broken[report.seed] = [str(violation) for violation in report.violations]

    def join(self, other: Sum) -> None:
        self.seeds += other.seeds
        self.attempts += other.attempts
        self.inputs += other.inputs
        self.cpu_seconds += other.cpu_seconds
        self.broken |= other.broken
        self.coverage.update(other.coverage)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--seed", type=int, metavar="N", help="one world, taken apart when it breaks a rule")
    what.add_argument("--seeds", type=some, metavar="N", default=1000, help="so many worlds (1000)")
    what.add_argument("--minutes", type=span, metavar="N", help="as many worlds as so many minutes allow")
    what.add_argument("--mutants", action="store_true", help="break the engine in known ways: storms must notice each")
    parser.add_argument("--seed-from", type=int, metavar="N", default=1, help="the first seed (1)")
    parser.add_argument("--jobs", type=some, metavar="N", default=2)
    parser.add_argument("--trace", action="store_true", help="with --seed: everything that passes, to standard error")
    parser.add_argument("--json", action="store_true")


def command(given: argparse.Namespace) -> int:
    if given.mutants:
        return _mutants(given)
    return _one(given) if given.seed is not None else _many(given)


def _mutants(given: argparse.Namespace) -> int:
    missed = 0
    for name in MUTANTS:
        found = caught(name, range(given.seed_from, given.seed_from + ENOUGH_FOR_A_MUTANT))
        missed += found is None
        _say(f"{name}: " + (f"caught after {found[0]} seeds ({found[1]})" if found else "NOT CAUGHT"))
    return 1 if missed else 0


def _one(given: argparse.Namespace) -> int:
    tape = Tape()
    report = run_plan(draw_storm(given.seed), tape)
    if given.trace:
        sys.stderr.writelines(line + "\n" for line in tape.lines)
    if given.json:
        _say(json.dumps(report.as_json(), indent=1))
    elif report.violations:
        _say("\n".join(take_apart(given.seed)))
    else:
        _say(f"seed {given.seed}: {report.attempts} attempts, {report.inputs} inputs, nothing broken")
    return 1 if report.violations else 0


def take_apart(seed: int) -> list[str]:
    """What a failing seed says: what broke, the smallest world that breaks it, and what passed just before."""
    plan = draw_storm(seed)
    report = run_plan(plan)
    if not report.violations:
        return [f"seed {seed}: nothing broken"]
    small, runs = shrink(plan, report)
    tape = Tape()
    again = run_plan(small, tape)
    return [
        f"seed {seed} breaks: {report.violations[0]}",
        f"again: bin/sim storm --seed {seed}",
        f"the smallest world that breaks it, after {runs} runs:",
        *(f"  {line}" for line in describe(small)),
        "what passed before the break (in: told to the engine, out: what it said, !!: misfortune, **: broken):",
        *(f"  {line}" for line in tape.around()),
        *(f"  {violation}" for violation in again.violations[:3]),
    ]


def _many(given: argparse.Namespace) -> int:
    began = perf_counter()
    total = Sum()
    for part in _run(given, began):
        total.join(part)
        if not given.json:
            rate = total.cpu_seconds / total.seeds * 1000
            passing(f"{total.seeds} seeds, {len(total.broken)} broken, {rate:.0f} ms each")
    wall = perf_counter() - began
    if given.json:
        _say(json.dumps(_as_json(total, given.seed_from, wall), indent=1))
    else:
        _say("\n".join(_in_words(total, given.seed_from, wall)))
        for seed in sorted(total.broken)[:SHOWN]:
            _say("\n".join(take_apart(seed)))
    return 1 if total.broken else 0


def run_some(first: int, count: int) -> Sum:
    found = Sum()
    with watching_tables(found.coverage):
        for seed in range(first, first + count):
            found.add(run_storm(seed))
    return found


def _run(given: argparse.Namespace, began: float) -> Iterator[Sum]:
    """Parts as they are done, until all seeds are or the time is over."""
    following = given.seed_from
    last = None if given.minutes is not None else given.seed_from + given.seeds
    with ProcessPoolExecutor(given.jobs) as pool:
        working: set[Future[Sum]] = set()
        while True:
            more = following < last if last is not None else perf_counter() - began < given.minutes * 60
            if more and len(working) < 2 * given.jobs:
                count = AT_ONCE if last is None else min(AT_ONCE, last - following)
                working.add(pool.submit(run_some, following, count))
                following += count
                continue
            if not working:
                return
            done, working = wait(working, return_when=FIRST_COMPLETED)
            for each in done:
                yield each.result()


def _in_words(total: Sum, first: int, wall: float) -> list[str]:
    return [
        f"seeds {first} to {first + total.seeds - 1}: {total.attempts} attempts, {total.inputs} inputs, "
        f"{len(total.broken)} broken, {wall:.0f} s ({total.cpu_seconds:.0f} s of processor)",
        *(f"never met: {name}" for name in never_met(total.coverage)),
        *(f"broken: seed {seed}: {wrong[0]}" for seed, wrong in sorted(total.broken.items())),
    ]


def _as_json(total: Sum, first: int, wall: float) -> dict[str, Any]:
    return {
        "first": first,
        "seeds": total.seeds,
        "attempts": total.attempts,
        "inputs": total.inputs,
        "broken": total.broken,
        "never_met": never_met(total.coverage),
        "coverage": dict(sorted(total.coverage.items())),
        "cpu_seconds": round(total.cpu_seconds, 1),
        "wall_seconds": round(wall, 1),
    }


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
