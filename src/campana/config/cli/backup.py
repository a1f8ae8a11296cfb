"""``bin/campana backup FOLDER``"""

from __future__ import annotations

from pathlib import Path

from campana.config import env
from campana.config.cli.database import database
from campana.config.cli.say import Options, Parsers, Sorry
from campana.kernel.clock import utc_now


def add(parsers: Parsers) -> None:
    parser = parsers.add_parser("backup", help="write the database and the files into a new folder, while all runs")
    parser.add_argument("folder", type=Path)
    parser.set_defaults(run=run)


def run(options: Options) -> int:
    with database():
        from django.conf import settings

        from campana.config.archive import Archive, BadArchive, DumpFailed

        try:
            Archive(options.folder).write(url=env.text("DATABASE_URL"), files=Path(settings.MEDIA_ROOT), now=utc_now())
        except (BadArchive, DumpFailed, OSError) as problem:
            raise Sorry(f"no backup was made: {problem}") from problem
        print(options.folder)
    return 0
