"""Whether an attempt was abandoned is written down by the engine, and answers without an agent in two seconds counted.

Until now both the tallies and the pages worked it out with a fixed allowance of two seconds for hang-ups; campaigns
have an allowance of their own now.
"""

import re
from importlib import import_module

from django.db import migrations, models

before = import_module("campana.calls.migrations.0006_tallies")
slots = import_module("campana.calls.migrations.0008_agents_by_slot")
inbound = import_module("campana.calls.migrations.0009_inbound")

OLD_RULE = """(outcome = 'abandoned' OR coalesce(outcome = 'hung_up_waiting' AND ended_at >= answered_at + interval '2 seconds',
    false))::int AS abandoned,"""
NEW_RULE = """abandoned::int AS abandoned,
coalesce(answered_at IS NOT NULL AND outcome <> 'machine' AND (connected_at > answered_at + interval '2 seconds'
    OR (connected_at IS NULL AND abandoned AND ended_at > answered_at + interval '2 seconds')), false)::int AS late,"""
FIGURES = before.FIGURES.replace(OLD_RULE, NEW_RULE)
if FIGURES == before.FIGURES:
    raise AssertionError("the rule of 0006 is not where it was")
SUMS = (*before.SUMS, "late")

NEW, OLD = f"SELECT 1 AS sign, {FIGURES} FROM new_rows", f"SELECT -1 AS sign, {FIGURES} FROM old_rows"
SOURCES = {"inserted": f"({NEW})", "updated": f"({NEW} UNION ALL {OLD})", "deleted": f"({OLD})"}


def function(name, source):
    made_by_us = re.sub(r"FROM (new|old)_rows", r"FROM \1_rows WHERE mode <> 'inbound'", source)
    return f"""
CREATE OR REPLACE FUNCTION calls_tally_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {before.added("calls_attempttally", before.KEYS, SUMS, made_by_us)}
    {before.added("calls_agenttally", slots.SLOTS, before.AGENT_SUMS, source, "WHERE agent_id IS NOT NULL")}
    RETURN NULL;
END $$;
"""


WRITE_DOWN = """
SELECT set_config('campana.system', 'on', true);
UPDATE calls_attempt SET abandoned = true WHERE mode <> 'inbound' AND (outcome = 'abandoned'
    OR (outcome = 'hung_up_waiting' AND ended_at >= answered_at + interval '2 seconds'));
"""
FORWARD = "".join(function(name, source) for name, source in SOURCES.items())


class Migration(migrations.Migration):
    dependencies = [("calls", "0010_wall_of_arrivals")]

    operations = [
        migrations.AddField("attempt", "abandoned", models.BooleanField(default=False, db_default=False)),
        migrations.AddField("attempttally", "late", models.BigIntegerField(default=0, db_default=0)),
        migrations.RunSQL(WRITE_DOWN, migrations.RunSQL.noop),
        migrations.RunSQL(FORWARD, inbound.FORWARD),
    ]
