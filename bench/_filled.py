"""An organisation full of contacts and attempts, written by the database itself, and the people who look at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench._rows import add_tasks

STEP = 100_000
PASSWORD = "only for benchmarks"

_ATTEMPTS = """
INSERT INTO calls_attempt (id, organisation_id, campaign_id, task_id, contact_id, number, number_index, hotline_id,
    trunk_id, agent_id, mode, permit, state, offers, began_at, ringing_at, answered_at, connected_at, ended_at,
    wrapped_up_at, outcome, cause, sip_code, counted, result_id, result_at, callback_to_me, note, recording)
SELECT (extract(epoch FROM began - %(epoch)s)::bigint << 32) + %(first)s + row_number() OVER (ORDER BY t.id), %(o)s, t.campaign_id, t.id, t.contact_id, t.number, 0,
    %(hotline)s, %(trunk)s, CASE WHEN kind < 4 THEN (%(agents)s::bigint[])[1 + t.id %% %(people)s] END, 'progressive',
    '{"hours": "Europe/Prague", "suppression": "passed", "rounds": "1/3", "number": "1/1"}', 'ended',
    0, began, began + interval '3 s', CASE WHEN kind < 5 THEN began + interval '9 s' END,
    CASE WHEN kind < 4 THEN began + interval '10 s' END, began + interval '70 s',
    CASE WHEN kind < 4 THEN began + interval '90 s' END,
    (ARRAY['answered','answered','answered','answered','abandoned','no_answer','no_answer','no_answer','busy',
        'machine'])[kind + 1], 'hung_up', 200, true,
    CASE WHEN kind < 4 THEN (%(results)s::bigint[])[1 + t.id %% %(kinds)s] END,
    CASE WHEN kind < 4 THEN began + interval '80 s' END, false, '', ''
FROM (SELECT *, (id * 7 + %(round)s) %% 10 AS kind,
        %(now)s - interval '1 s' * (((id - %(low)s) * 1.0 / %(span)s + %(round)s) * %(seconds)s)::int AS began
    FROM campaigns_task WHERE id BETWEEN %(low)s AND %(high)s) AS t
"""
_FATES = """
UPDATE campaigns_task SET attempts = 1 + id %% 3, last_outcome = (ARRAY['answered','no_answer','busy'])[1 + id %% 3],
    last_attempt_at = %(now)s - interval '1 hour', last_agent_id = (%(agents)s::bigint[])[1 + id %% %(people)s],
    state = (ARRAY['waiting','completed','completed','not_reached','planned','planned','excluded'])[1 + id %% 7],
    next_at = CASE WHEN id %% 7 IN (4, 5) THEN %(now)s + interval '1 s' * (id %% 90000) END,
    refusal = CASE WHEN id %% 7 = 5 THEN 'frequency_cap' WHEN id %% 7 = 6 THEN 'suppressed' ELSE '' END,
    finished_at = CASE WHEN id %% 7 IN (1, 2, 3) THEN %(now)s - interval '1 s' * (id %% 2592000) END
WHERE id BETWEEN %(low)s AND %(high)s
"""


@contextmanager
def without_indexes(table: str) -> Iterator[None]:
    """A quick fill: plain indexes and foreign keys go and come back."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, replace(indexdef, ' ON ONLY ', ' ON ') FROM pg_indexes"
            " WHERE tablename = %s AND indexdef NOT LIKE '%%UNIQUE%%'",
            [table],
        )
        indexes = cursor.fetchall()
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass"
            " AND contype = 'f'",
            [table],
        )
        keys = cursor.fetchall()
        for name, _ in keys:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, definition in indexes:
            cursor.execute(definition)
        for name, definition in keys:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition} NOT VALID')


def fill(organisation: Any, contacts: int, attempts: int, campaigns: int, agents: int, now: Any) -> dict[str, Any]:
    """Half of everything in one campaign, the rest spread over the others. Returns whose pages to ask for."""
    from django.db import connection

    from campana.accounts import permissions
    from campana.accounts.models import Role, User
    from campana.calls.models import Attempt
    from campana.calls.operations.fold_tallies import fold_tallies
    from campana.campaigns.models import Campaign, CampaignAgent, Task
    from campana.hotlines.models import Hotline, Trunk
    from campana.kernel.ids import EPOCH
    from campana.scripts.models import Result, ResultSet
    from campana.workforce.models import Agent, PresenceChange

    o = organisation
    role = Role.objects.create(organisation=o, key="administrator", permissions=list(permissions.ALL))
    users = User.objects.bulk_create(
        User(organisation=o, email=f"p{n}@bench.example", name=f"Person {n}", role=role, password="!", created_at=now)
        for n in range(agents + 1)
    )
    people = Agent.objects.bulk_create(
        Agent(organisation=o, user=user, state="in_call", state_since=now, online=True, wanted="ready")
        for user in users[1:]
    )
    PresenceChange.objects.bulk_create(
        PresenceChange(organisation=o, agent=agent, at=now, state=state)
        for agent in people
        for state in ("available", "in_call", "wrap_up")
    )
    trunk = Trunk.objects.create(organisation=o, name="Carrier", endpoint="carrier")
    line = Hotline.objects.create(organisation=o, number="420800111222", trunk=trunk)
    of_set = ResultSet.objects.create(organisation=o, name="Usual", is_default=True)
    results = [
        Result.objects.create(organisation=o, result_set=of_set, name=kind, result_class=kind, position=place)
        for place, kind in enumerate(("success", "refusal", "call_back"))
    ]
    made = [
        Campaign.objects.create(
            organisation=o, name=f"Campaign {n}", mode="progressive", state="running" if n % 3 == 0 else "paused",
            state_reason="" if n % 3 == 0 else "by_user", state_since=now, created_at=now, zones=["Europe/Prague"],
        )
        for n in range(campaigns)
    ]  # fmt: skip
    CampaignAgent.objects.bulk_create(
        CampaignAgent(organisation=o, campaign=campaign, agent=agent) for campaign in made[:10] for agent in people
    )
    shares = [contacts // 2] + [contacts // 2 // max(1, campaigns - 1)] * (campaigns - 1)
    for campaign, share in zip(made, shares, strict=True):
        for start in range(0, share, STEP):
            add_tasks(o.pk, campaign.pk, min(STEP, share - start), ["Europe/Prague"])
    words = "UPDATE crm_contact SET name = 'Person ' || id, search = 'person ' || id WHERE organisation_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(words, [o.pk])
        low, high = Task.objects.order_by("pk").first().pk, Task.objects.order_by("-pk").first().pk  # type: ignore[union-attr]
        common = {
            "o": o.pk, "hotline": line.pk, "trunk": trunk.pk, "agents": [agent.pk for agent in people],
            "people": len(people), "results": [result.pk for result in results], "kinds": len(results), "now": now,
            "seconds": 36 * 24 * 3600, "epoch": EPOCH,
        }  # fmt: skip
        for start in range(low, high + 1, STEP):
            cursor.execute(_FATES, {**common, "low": start, "high": min(high, start + STEP - 1)})
        rounds, written = max(1, round(attempts / (high - low + 1))), 0
        with without_indexes("calls_attempt"):
            for round_ in reversed(range(rounds)):
                for start in range(low, high + 1, STEP):
                    end = min(high, start + STEP - 1)
                    values = {**common, "first": written, "low": start, "high": end, "round": round_}
                    cursor.execute(_ATTEMPTS, {**values, "span": high - low + 1})
                    written += end - start + 1
        cursor.execute("VACUUM ANALYZE")
    fold_tallies(now=now)
    big = made[0]
    draft = Campaign.objects.create(
        organisation=o, name="Draft", mode="progressive", state="draft", state_since=now, created_at=now,
        author=users[0], zones=["Europe/Prague"], tasks_to_build=[{"kind": "campaign", "id": made[-1].pk}],
    )  # fmt: skip
    great = Campaign.objects.create(
        organisation=o, name="Great draft", mode="progressive", state="draft", state_since=now, created_at=now,
        author=users[0], zones=["Europe/Prague"], tasks_to_build=[{"kind": "campaign", "id": big.pk}],
    )  # fmt: skip
    return {
        "viewer": users[0],
        "campaign": big.pk,
        "task": Task.objects.filter(campaign=big).order_by("pk")[:1].get().pk,
        "attempt": Attempt.objects.filter(campaign=big).order_by("-pk")[:1].get().pk,
        "contact": Task.objects.filter(campaign=big).order_by("pk")[:1].get().contact_id,
        "attempts": written,
        "tasks": sum(shares),
        "draft": draft.pk,
        "great": great.pk,
    }
