"""The database: reachable, recent, safe, up to date, in time, and served by an engine."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.conf import settings
from django.db import OperationalError, connection

from campana.config.doctor.finding import Finding, note, well, wrong
from campana.config.health import engine_state, unapplied_migrations
from campana.config.migrations import missing_extensions, unsafe_role
from campana.kernel.clock import utc_now
from campana.months import lacking

OLDEST = 14
SKEW = 1.0
"""Seconds of difference between our clock and the database's that begin to matter."""


def examine(*, start_engine: str = "bin/campana serve engine") -> Iterator[Finding]:
    """``start_engine``: the command that starts one here."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        yield wrong(
            "database", str(error).strip(), "start PostgreSQL, and look at host, name and password in DATABASE_URL"
        )
        return
    yield _version()
    yield _role()
    yield _skew()
    yield _encoding()
    yield _extensions()
    missing = unapplied_migrations()
    if missing:
        yield wrong("migrations", f"{len(missing)} are missing", "run bin/campana migrate")
        return
    yield well("migrations", "all applied")
    yield _parts()
    yield _engine(start_engine)
    yield _jobs()


def _version() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = str(cursor.fetchone()[0])
    major = int(version.split(".", 1)[0])
    if major < OLDEST:
        return wrong("database", f"PostgreSQL {version} is too old", f"upgrade to {OLDEST} or newer")
    return well("database", f"PostgreSQL {version}")


def _role() -> Finding:
    unsafe = unsafe_role()
    if unsafe:
        return wrong(
            "role",
            f"{unsafe}, so row-level security does not bind it",
            "connect as an ordinary role that owns the database",
        )
    return well("role", "ordinary; row-level security binds it")


def _skew() -> Finding:
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    travelled = time.monotonic() - began
    skew = abs((utc_now() - theirs).total_seconds()) - travelled
    if skew > SKEW:
        return wrong("clock", f"differs from the database's by {skew:.1f} s", "synchronise both machines (chrony, NTP)")
    return well("clock", "agrees with the database's")


def _encoding() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        encoding = str(cursor.fetchone()[0])
    if encoding != "UTF8":
        return wrong("encoding", f"the database is in {encoding}", "create it anew with ENCODING 'UTF8'")
    return well("encoding", encoding)


def _extensions() -> Finding:
    missing = missing_extensions()
    if missing:
        create = "; ".join(f"CREATE EXTENSION {name}" for name in missing)
        return wrong(
            "extensions", f"missing: {', '.join(missing)}", f"run bin/campana migrate, or as a superuser: {create}"
        )
    return well("extensions", "all there")


def _parts() -> Finding:
    missing = lacking(utc_now())
    if missing:
        words = f"{len(missing)} for this month or the coming ones are missing: {', '.join(missing)}"
        return wrong("parts by month", words, "run bin/campana migrate, and see why no nightly job made them")
    kept = f"{settings.KEEP_MONTHS} months are kept" if settings.KEEP_MONTHS else "kept for ever"
    return well("parts by month", f"there for the coming months; calls: {kept}")


def _engine(start: str) -> Finding:
    state = engine_state(now=utc_now())
    if state == "none":
        return wrong("engine", "none has ever taken an organisation", f"start it: {start}")
    if state == "late":
        return wrong("engine", "a lease has run out", f"start {start}, or see why it does not renew")
    return well("engine", "every lease is fresh, or no organisation needs one yet")


def _jobs() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(extract(epoch FROM now() - min(scheduled_at)), 0) FROM procrastinate_jobs"
            " WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
        )
        waiting, _ = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'")
        workers = cursor.fetchone()[0]
    if not workers:
        words = f"no worker is alive, {waiting} jobs wait"
        return wrong("jobs", words, "start it: bin/campana serve jobs") if waiting else note("jobs", words)
    return well("jobs", f"{workers} worker(s) alive, {waiting} jobs wait")
