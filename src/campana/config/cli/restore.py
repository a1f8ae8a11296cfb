"""``bin/campana restore FOLDER``"""

from __future__ import annotations

import tarfile
from pathlib import Path

from campana.config import env
from campana.config.cli.backup import folders
from campana.config.cli.database import database
from campana.config.cli.say import Options, Parsers, Sorry


def add(parsers: Parsers) -> None:
    parser = parsers.add_parser("restore", help="read a backup into an empty database")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="only look whether the backup is complete and unchanged")
    parser.set_defaults(run=run)


def run(options: Options) -> int:
    from campana.config.archive import Archive, BadArchive, DumpFailed

    archive = Archive(options.folder)
    try:
        manifest = archive.manifest()
        if options.check:
            print(f"complete; made at {manifest['made_at']} by version {manifest['campana']}")
            return 0
        with database():
            from django.db import connection

            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
                if cursor.fetchone()[0]:
                    raise Sorry("the database is not empty: create a new one, and name it in DATABASE_URL")
            connection.close()
            held = archive.names()
            into = {name: path for name, path in folders(all_of_them=True).items() if name in held}
            for path in into.values():
                if path.exists() and any(path.iterdir()):
                    raise Sorry(f"{path} is not empty: move it away")
            archive.read(url=env.text("DATABASE_URL"), folders=into)
            from campana.config.migrations import migrate

            applied = migrate()
    except (BadArchive, DumpFailed, OSError, tarfile.TarError) as problem:
        raise Sorry(f"nothing was restored: {problem}") from problem
    print(f"restored the backup of {manifest['made_at']}" + (f"; applied {len(applied)} migrations" if applied else ""))
    return 0
