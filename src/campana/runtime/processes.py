"""Engine processes say that they live, and see who else does and what they hold. The database's clock judges."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from campana.runtime.holders import is_dead
from campana.runtime.lease import LIFE


@dataclass(frozen=True, slots=True)
class View:
    processes: tuple[str, ...]
    holders: dict[int, str | None]
    """By organisation; None where nobody holds it, or a lease has run out."""


def announce(name: str) -> None:
    """The heartbeat of a process, and the end of those that had none for long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO runtime_engineprocess (name, expires_at)"
            " VALUES (%(name)s, clock_timestamp() + %(life)s * interval '1 second')"
            " ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at",
            {"name": name, "life": LIFE},
        )
        cursor.execute("DELETE FROM runtime_engineprocess WHERE expires_at < clock_timestamp() - interval '1 minute'")


def retire(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM runtime_engineprocess WHERE name = %s", [name])


def look() -> View:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM runtime_engineprocess WHERE expires_at > clock_timestamp()")
        processes = tuple(name for (name,) in cursor.fetchall() if not is_dead(name))
        cursor.execute(
            "SELECT organisation.id, lease.holder FROM accounts_organisation organisation"
            " LEFT JOIN runtime_enginelease lease"
            " ON lease.organisation_id = organisation.id AND lease.expires_at > clock_timestamp()"
        )
        holders = {each: None if holder is None or is_dead(holder) else str(holder) for each, holder in cursor}
    return View(processes, holders)
