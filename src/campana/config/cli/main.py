"""``bin/campana VERB``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from campana.config.cli import apikey, backup, doctor, migrate, restore, serve, user
from campana.config.cli.say import Sorry, heard_enough

VERBS = (serve, migrate, doctor, apikey, user, backup, restore)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="bin/campana",
        description="Runs and looks after an installation. The database is the one of DATABASE_URL,"
        " else the embedded one of bin/demo.",
    )
    parsers = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb in VERBS:
        verb.add(parsers)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except Sorry as sorry:
        print(f"campana: {sorry}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return heard_enough()
