"""``bin/campana doctor``: what is wrong, and the remedy."""

from __future__ import annotations

import json
from collections.abc import Iterator

from campana.config import env
from campana.config.cli.say import Options, Parsers
from campana.config.doctor.finding import Finding, Grade

_SIGNS = {Grade.WELL: "ok     ", Grade.NOTE: "note   ", Grade.WRONG: "WRONG  "}


def add(parsers: Parsers) -> None:
    parser = parsers.add_parser("doctor", help="say what is wrong with the installation, and the remedy")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: Options) -> int:
    found = list(_examine())
    if options.json:
        print(json.dumps([finding.told() for finding in found], indent=2))
    else:
        for finding in found:
            print(f"{_SIGNS[finding.grade]}{finding.part}: {finding.words}")
            if finding.remedy:
                print(f"       remedy: {finding.remedy}")
    return 1 if any(finding.grade is Grade.WRONG for finding in found) else 0


def _examine() -> Iterator[Finding]:
    from campana.config.cli.database import database
    from campana.config.cli.say import Sorry
    from campana.config.doctor import machine, switch

    yield from machine.examine()
    start = "bin/campana serve engine" if env.text("DATABASE_URL", "") else "bin/demo"
    try:
        with database():
            from campana.config.doctor import database as database_doctor

            yield from database_doctor.examine(start_engine=start)
    except Sorry as sorry:
        yield Finding(Grade.WRONG, "database", str(sorry), "set DATABASE_URL, or start bin/demo")
    except SystemExit as bad_setting:
        yield Finding(
            Grade.WRONG, "settings", str(bad_setting), "correct the variable; docs/operations/install.md lists all"
        )
    yield from switch.examine()
