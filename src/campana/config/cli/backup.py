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
        from campana.config.archive import Archive, BadArchive, DumpFailed

        try:
            Archive(options.folder).write(url=env.text("DATABASE_URL"), folders=folders(), now=utc_now())
        except (BadArchive, DumpFailed, OSError) as problem:
            raise Sorry(f"no backup was made: {problem}") from problem
        print(options.folder)
    return 0


def folders(*, all_of_them: bool = False) -> dict[str, Path]:
    """Where files lie, by their names in a backup. Recordings and sounds that lie inside the first are in it."""
    from django.conf import settings

    files = Path(settings.MEDIA_ROOT).resolve()
    others = {"recordings": Path(settings.RECORDINGS_ROOT), "audio": Path(settings.AUDIO_ROOT)}
    return {"files": files} | {
        name: path for name, path in others.items() if all_of_them or not path.is_relative_to(files)
    }
