"""A database of the benchmarks' own, with the durability of production, and figures in percentiles."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2030, 1, 7, 9, tzinfo=UTC)


def django_on_own_database() -> None:
    """Start the embedded PostgreSQL under var/bench, migrate, and set Django up."""
    from campana.config.postgres import Postgres

    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("CAMPANA_DATA", str(folder))
    os.environ["CAMPANA_SECRET_KEY"] = "only-for-benchmarks"
    os.environ["DATABASE_URL"] = Postgres.at(folder / "postgres").start()
    os.environ["DJANGO_SETTINGS_MODULE"] = "campana.config.settings"
    import django
    from django.core.management import call_command

    django.setup()
    import logging

    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0)


def stop_database() -> None:
    from campana.config.postgres import Postgres

    Postgres.at(ROOT / "var" / "bench" / "postgres").stop()


@contextmanager
def own_database() -> Iterator[None]:
    django_on_own_database()
    from campana.tenancy import system_scope

    try:
        with system_scope():
            yield
    finally:
        from django.db import connection

        connection.close()
        stop_database()


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def fresh_organisation(slug: str) -> Any:
    """An organisation of this name with nothing in it; an earlier one is erased."""
    from django.db import connection

    from campana.accounts.models import Organisation

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE calls_attempt, calls_livecall, calls_attempttally, calls_agenttally, campaigns_tasktally,"
            " calls_skip, campaigns_task, campaigns_campaign, crm_contact, crm_contactnumber, crm_importentry, workforce_agent,"
            " accounts_auditentry, relay_message, runtime_enginelease, accounts_organisation CASCADE"
        )
    return Organisation.objects.create(
        slug=slug, name=slug, created_at=NOW, licence_calls=100_000, campaign_agents_limit=100_000
    )


def present(figures: dict[str, Any]) -> None:
    """One JSON object on standard output."""
    import json

    print(json.dumps(figures, indent=1))
