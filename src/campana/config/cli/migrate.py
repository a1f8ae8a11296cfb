"""``bin/campana migrate``"""

from __future__ import annotations

from campana.config.cli.database import database
from campana.config.cli.say import Options, Parsers, Sorry


def add(parsers: Parsers) -> None:
    parser = parsers.add_parser("migrate", help="bring the database to the state of this version")
    parser.add_argument("--check", action="store_true", help="only say what is missing; ends with 1 if anything is")
    parser.set_defaults(run=run)


def run(options: Options) -> int:
    with database():
        from campana.config.health import unapplied_migrations
        from campana.config.migrations import ExtensionMissing, migrate

        if options.check:
            missing = unapplied_migrations()
            print("\n".join(missing) if missing else "nothing is missing")
            return 1 if missing else 0
        try:
            applied = migrate()
        except ExtensionMissing as missing_extension:
            raise Sorry(
                f"the database lacks the extension {missing_extension} and this role may not create it;"
                f" as a superuser: CREATE EXTENSION {missing_extension}"
            ) from missing_extension
        print("\n".join(applied) if applied else "nothing was missing")
    return 0
