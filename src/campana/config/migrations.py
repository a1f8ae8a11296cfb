"""Bringing a database to the state of the code."""

from __future__ import annotations

from django.core.management import call_command
from django.db import ProgrammingError, connection

from campana.config.health import unapplied_migrations
from campana.kernel.clock import utc_now
from campana.months import make_coming
from campana.tenancy import system_scope

EXTENSIONS = ("pg_trgm", "unaccent")
_LOCK = 0x43414D50
"""Advisory lock: two servers that start together migrate one after the other."""


class ExtensionMissing(Exception):
    """The database lacks an extension and the role may not create it."""


def migrate() -> list[str]:
    """Apply what is missing and return its names; make the parts of the coming months. Raises ExtensionMissing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            for name in missing_extensions():
                _create_extension(name)
            missing = unapplied_migrations()
            if missing:
                with system_scope():
                    call_command("migrate", verbosity=0, interactive=False)
            make_coming(utc_now())
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    return missing


def missing_extensions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in EXTENSIONS if name not in present]


def _create_extension(name: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {connection.ops.quote_name(name)}")
    except ProgrammingError as error:
        raise ExtensionMissing(name) from error


def unsafe_role() -> str:
    """Why row-level security would not bind our role, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, superuser, bypasses = cursor.fetchone()
    if superuser:
        return f"the role {name} is a superuser"
    return f"the role {name} has BYPASSRLS" if bypasses else ""
