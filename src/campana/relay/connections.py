"""How a connection of one's own reaches the database, outside Django's: those that LISTEN."""

from __future__ import annotations

from typing import Any

from django.conf import settings

_PARTS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def parameters(application: str) -> dict[str, Any]:
    """What libpq is given: everything that DATABASE_URL asks, ``sslmode`` too, and what to call the connection."""
    database: dict[str, Any] = settings.DATABASES["default"]
    given = {key: str(database[name]) for key, name in _PARTS.items() if database.get(name)}
    return {**database["OPTIONS"], **given, "application_name": application, "keepalives_idle": 10}
