"""The database a command works on, with Django ready to use it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from campana.config import env
from campana.config.cli.say import Sorry
from campana.config.home import DEMO, Busy, Home
from campana.config.postgres import PostgresError


@contextlib.contextmanager
def database() -> Iterator[None]:
    """``DATABASE_URL`` if set, else the demo's server: the running one, or one started for the moment."""
    with contextlib.ExitStack() as stack:
        if not env.text("DATABASE_URL", ""):
            stack.enter_context(_embedded())
        setup()
        stack.callback(_close)
        with in_words():
            yield


def setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campana.config.settings")
    import django

    django.setup()


@contextlib.contextmanager
def in_words() -> Iterator[None]:
    """A database that is away, or was never migrated, is the operator's to mend and no fault of ours."""
    from django.db import OperationalError, ProgrammingError

    try:
        yield
    except OperationalError as error:
        raise Sorry(f"the database does not answer: {str(error).strip()}") from error
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") not in {"42P01", "42703"}:  # no such table, no such column
            raise
        raise Sorry("the database is older than this version; run bin/campana migrate") from error


def _close() -> None:
    from django.db import connections

    connections.close_all()


@contextlib.contextmanager
def _embedded() -> Iterator[None]:
    home = Home(DEMO)
    postgres = home.postgres
    if not (postgres.data / "PG_VERSION").exists():
        raise Sorry("DATABASE_URL is not set, and there is no demo: name a database, or start bin/demo once")
    with contextlib.ExitStack() as stack:
        if not postgres.running():
            try:
                stack.enter_context(home.held("bin/campana"))
                stack.callback(postgres.tidy)
                stack.callback(postgres.stop)
                postgres.start()
            except (Busy, PostgresError) as problem:
                raise Sorry(f"the demo's database does not run and can not be started: {problem}") from problem
        os.environ.update(home.environment())
        yield
