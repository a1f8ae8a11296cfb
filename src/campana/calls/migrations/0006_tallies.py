"""Attempts counted by the database itself, a quarter of an hour, outcome and result at a time, and by agent.

As in ``campaigns.0007_tallies``: differences are added by the statement that causes them and added up later.
"""

import django.db.models.deletion
from django.db import migrations, models

from campana.tenancy import protect

KEYS = "organisation_id, campaign_id, slot, outcome, result_id"
SUMS = ("n", "picked_up", "connected", "abandoned", "talked", "wrapped", "ring_ms", "wait_ms", "talk_ms", "wrap_ms")
AGENT_KEYS = "organisation_id, campaign_id, agent_id"
AGENT_SUMS = ("n", "connected", "talked", "talk_ms")


def ms(start, end):
    """Whole milliseconds, so that what was added can be taken away again exactly."""
    return f"coalesce((extract(epoch FROM {end} - {start}) * 1000)::bigint, 0)"


FIGURES = f"""
organisation_id, campaign_id, agent_id, outcome, result_id,
date_bin('15 minutes', began_at, '2000-01-01 00:00:00+00') AS slot,
1 AS n,
(answered_at IS NOT NULL)::int AS picked_up,
(connected_at IS NOT NULL)::int AS connected,
(outcome = 'abandoned' OR coalesce(outcome = 'hung_up_waiting' AND ended_at >= answered_at + interval '2 seconds',
    false))::int AS abandoned,
(connected_at IS NOT NULL AND ended_at IS NOT NULL)::int AS talked,
(connected_at IS NOT NULL AND wrapped_up_at IS NOT NULL)::int AS wrapped,
{ms("began_at", "answered_at")} AS ring_ms,
{ms("answered_at", "connected_at")} AS wait_ms,
{ms("connected_at", "ended_at")} AS talk_ms,
CASE WHEN connected_at IS NULL THEN 0 ELSE {ms("ended_at", "wrapped_up_at")} END AS wrap_ms
"""


def added(table, keys, sums, source, where=""):
    totals = [f"sum(sign * {name})" for name in sums]
    return (
        f"INSERT INTO {table} ({keys}, {', '.join(sums)}) SELECT {keys}, {', '.join(totals)} FROM {source} AS changed"
        f" {where} GROUP BY {keys} HAVING {' OR '.join(f'{total} <> 0' for total in totals)};"
    )


def function(name, event, tables, source):
    return f"""
CREATE FUNCTION calls_tally_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {added("calls_attempttally", KEYS, SUMS, source)}
    {added("calls_agenttally", AGENT_KEYS, AGENT_SUMS, source, "WHERE agent_id IS NOT NULL")}
    RETURN NULL;
END $$;
CREATE TRIGGER calls_tally_{name} AFTER {event} ON calls_attempt {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION calls_tally_{name}();
"""


NEW, OLD = f"SELECT 1 AS sign, {FIGURES} FROM new_rows", f"SELECT -1 AS sign, {FIGURES} FROM old_rows"
EVENTS = {
    "inserted": ("INSERT", "REFERENCING NEW TABLE AS new_rows", f"({NEW})"),
    "updated": ("UPDATE", "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows", f"({NEW} UNION ALL {OLD})"),
    "deleted": ("DELETE", "REFERENCING OLD TABLE AS old_rows", f"({OLD})"),
}
EVERYTHING = f"(SELECT 1 AS sign, {FIGURES} FROM calls_attempt)"
QUIET = "SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)"
FORWARD = f"""
SELECT set_config('campana.system', 'on', true);
{added("calls_attempttally", KEYS, SUMS, EVERYTHING)}
{added("calls_agenttally", AGENT_KEYS, AGENT_SUMS, EVERYTHING, "WHERE agent_id IS NOT NULL")}
ALTER TABLE calls_attempttally {QUIET};
ALTER TABLE calls_agenttally {QUIET};
""" + "".join(function(name, *rest) for name, rest in EVENTS.items())
BACKWARD = "".join(
    f"DROP TRIGGER calls_tally_{name} ON calls_attempt; DROP FUNCTION calls_tally_{name}();" for name in EVENTS
)


def key(to, related_name="+", null=False):
    return models.ForeignKey(
        null=null,
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name=related_name,
        to=to,
    )


def identity():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_first"),
        ("workforce", "0001_first"),
        ("scripts", "0001_first"),
        ("campaigns", "0007_tallies"),
        ("calls", "0005_wall_of_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="AttemptTally",
            fields=[
                identity(),
                ("slot", models.DateTimeField()),
                ("outcome", models.CharField(blank=True, max_length=20)),
                *((name, models.BigIntegerField()) for name in SUMS),
                ("campaign", key("campaigns.campaign", "tallies", null=True)),
                ("organisation", key("accounts.organisation")),
                (
                    "result",
                    key("scripts.result", null=True),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["campaign", "slot"], name="attempt_tally_of_campaign"),
                    models.Index(fields=["organisation", "slot"], name="attempt_tally_by_slot"),
                ]
            },
        ),
        migrations.CreateModel(
            name="AgentTally",
            fields=[
                identity(),
                *((name, models.BigIntegerField()) for name in AGENT_SUMS),
                ("agent", key("workforce.agent")),
                ("campaign", key("campaigns.campaign", "agent_tallies", null=True)),
                ("organisation", key("accounts.organisation")),
            ],
            options={"indexes": [models.Index(fields=["campaign"], name="agent_tally_of_campaign")]},
        ),
        migrations.AddIndex("attempt", models.Index(fields=["agent", "began_at"], name="attempt_of_agent")),
        migrations.AddIndex(
            "attempt",
            models.Index(
                fields=["campaign", "-answered_at"],
                name="attempt_answered",
                condition=models.Q(("answered_at__isnull", False), models.Q(("outcome", "machine"), _negated=True)),
            ),
        ),
        protect("calls_attempttally", "calls_agenttally"),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
