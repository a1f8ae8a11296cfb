"""One embedded PostgreSQL for the whole run; every xdist worker gets a database of its own in it."""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
os.environ["CAMPANA_TESTING"] = "1"
os.environ["CAMPANA_SECRET_KEY"] = "only-for-tests"
os.environ["DJANGO_SETTINGS_MODULE"] = "campana.config.settings"
os.environ.setdefault("CAMPANA_DATA", str(ROOT / "var" / "test"))


def _start_postgres() -> str:
    from campana.config.postgres import Postgres

    folder = Path(os.environ["CAMPANA_DATA"])
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return Postgres.at(folder / "postgres").start()


def _template() -> str:
    from support.migrated import template

    return template(os.environ["DATABASE_URL"])


def pytest_configure(config: pytest.Config) -> None:
    if "CAMPANA_TEST_DATABASE_URL" in os.environ:
        os.environ["DATABASE_URL"] = os.environ["CAMPANA_TEST_DATABASE_URL"]
    elif not hasattr(config, "workerinput"):
        os.environ["DATABASE_URL"] = _start_postgres()
        os.environ["CAMPANA_TEST_TEMPLATE"] = _template()
        config.add_cleanup(_stop_postgres)
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections

    connections.databases["default"]["TEST"]["TEMPLATE"] = os.environ.get("CAMPANA_TEST_TEMPLATE")
    settings.PASSWORD_HASHERS = ["support.hashing.LightArgon2"]
    config.pluginmanager.import_plugin("support.cast")
    config.pluginmanager.import_plugin("support.browser")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test has a name of its own: of those with one name xdist runs a single one, and says nothing.

    Schemathesis has a test an operation, whose label pytest leaves out of the names.
    """
    for item in items:
        operation = getattr(item, "operation_label", None)
        if operation is not None:
            item._id = type(item._id).parse(f"{item.nodeid}[{operation}]")
    twice = [name for name, count in Counter(item.nodeid for item in items).items() if count > 1]
    if twice:
        raise pytest.UsageError(f"several tests have one name: {', '.join(twice[:5])}")


def _stop_postgres() -> None:
    from campana.config.postgres import Postgres

    Postgres.at(Path(os.environ["CAMPANA_DATA"]) / "postgres").stop()
