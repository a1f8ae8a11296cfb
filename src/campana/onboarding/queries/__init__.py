"""What an organisation has set up: one look at every small table."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from django.db import connection

from campana.accounts.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """How many of each there are. Everything counts what works now: inactive, revoked and archived ones do not."""

    people: int
    invited: int
    roles: int
    agents: int
    agents_without_telephone: int
    agent_groups: int
    trunks: int
    hotlines: int
    resting: int
    sounds: int
    hours: int
    holidays_ahead: int
    result_sets: int
    scripts: int
    fields: int
    api_keys: int
    webhooks: int
    webhooks_failing: int


_COUNTS: Final[dict[str, str]] = {
    "people": "accounts_user WHERE {mine} AND state = 'active'",
    "invited": "accounts_user WHERE {mine} AND state = 'invited'",
    "roles": "accounts_role WHERE {mine}",
    "agents": "workforce_agent WHERE {mine}",
    "agents_without_telephone": "workforce_agent WHERE {mine} AND endpoint = ''",
    "agent_groups": "workforce_agentgroup WHERE {mine}",
    "trunks": "hotlines_trunk WHERE {mine} AND enabled",
    "hotlines": "hotlines_hotline WHERE {mine} AND enabled",
    "resting": "hotlines_hotline WHERE {mine} AND enabled AND resting_until > now()",
    "sounds": "hotlines_sound WHERE {mine}",
    "hours": "workforce_workinghours WHERE {mine}",
    "holidays_ahead": "workforce_holiday WHERE {mine} AND day >= %(today)s AND NOT taken_out",
    "result_sets": "scripts_resultset WHERE {mine}",
    "scripts": "scripts_script WHERE {mine} AND archived_at IS NULL",
    "fields": "crm_customfield WHERE {mine} AND archived_at IS NULL",
    "api_keys": "accounts_apikey WHERE {mine} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())",
    "webhooks": "automation_webhook WHERE {mine} AND active",
    "webhooks_failing": "automation_webhook WHERE {mine} AND (failing_since IS NOT NULL OR disabled_at IS NOT NULL)",
}
_MINE: Final = "organisation_id = %(organisation)s"
_ROWS: Final = [_COUNTS[field.name].format(mine=_MINE) for field in fields(Stock)]
_SQL: Final = "SELECT " + ", ".join(f"(SELECT count(*) FROM {rows})" for rows in _ROWS)  # noqa: S608 - constants


def stock(actor: Actor, today: date) -> Stock:
    """One statement over small tables; ``today`` is a day of the organisation's zone."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"organisation": actor.organisation.pk, "today": today})
        row = cursor.fetchone()
    if row is None:
        raise AssertionError("a SELECT without FROM has one row")
    return Stock(**dict(zip((field.name for field in fields(Stock)), row, strict=True)))
