"""Is the process alive, and is the installation ready to serve?"""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campana.accounts.access import public
from campana.kernel.clock import Instant, utc_now
from campana.runtime.models import EngineLease
from campana.tenancy import system_scope

OK = "ok"


@never_cache
@require_safe
@public
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing else, so a slow database does not get it restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
@public
def readyz(request: HttpRequest) -> JsonResponse:
    """503 until database, migrations and engine are in order; each is named with ``ok`` or a word for why not."""
    found = readiness(now=utc_now())
    return JsonResponse(found, status=200 if found["ready"] else 503)


def readiness(*, now: Instant) -> dict[str, Any]:
    """``{"ready", "database", "migrations", "engine"}``; parts that could not be asked are ``unknown``."""
    found: dict[str, Any] = {"ready": False, "database": OK, "migrations": "unknown", "engine": "unknown"}
    try:
        found["migrations"] = OK if not unapplied_migrations() else "missing"
        if found["migrations"] == OK:
            found["engine"] = engine_state(now=now)
    except DatabaseError:
        found["database"] = "unreachable"
    found["ready"] = all(found[part] == OK for part in ("database", "migrations", "engine"))
    return found


_applied = False


def unapplied_migrations() -> list[str]:
    """Names of migrations the database lacks. Once there are none, this process need not look again."""
    global _applied
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if _applied:
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    _applied = not plan
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def engine_state(*, now: Instant) -> str:
    """``ok`` when every lease is fresh or no organisation needs an engine yet, else ``none`` or ``late``."""
    with system_scope():
        leases = list(EngineLease.objects.values_list("expires_at", flat=True))
        if not leases:
            from campana.accounts.models import Organisation

            return "none" if Organisation.objects.exists() else OK
    return OK if all(expires > now for expires in leases) else "late"
