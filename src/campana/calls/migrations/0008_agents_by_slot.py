"""Agents' figures by quarter of an hour, so that the floor adds up today's alone; and lighter indexes of attempts.

What was counted of agents so far gets the slot ``OLD``; the last days are taken out of it and counted again by slot,
which reads those days alone. Foreign keys that lead another index lose their own; in their place comes one for the
numbers of a campaign.
"""

from datetime import UTC, datetime
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

before = import_module("campana.calls.migrations.0006_tallies")

OLD = datetime(2000, 1, 1, tzinfo=UTC)
DAYS = 3
SLOTS = before.AGENT_KEYS.replace("agent_id", "slot, agent_id")
_RECENT = (
    "FROM calls_attempt WHERE agent_id IN (SELECT id FROM workforce_agent)"
    f" AND began_at >= date_trunc('day', now()) - interval '{DAYS} days'"
)
_OUT = before.FIGURES.replace(
    "date_bin('15 minutes', began_at, '2000-01-01 00:00:00+00') AS slot", f"timestamptz '{OLD.isoformat()}' AS slot"
)
MOVED = f"(SELECT 1 AS sign, {before.FIGURES} {_RECENT} UNION ALL SELECT -1 AS sign, {_OUT} {_RECENT})"


def function(name, source, agent_keys):
    """The trigger's, in place of the one there is."""
    return f"""
CREATE OR REPLACE FUNCTION calls_tally_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {before.added("calls_attempttally", before.KEYS, before.SUMS, source)}
    {before.added("calls_agenttally", agent_keys, before.AGENT_SUMS, source, "WHERE agent_id IS NOT NULL")}
    RETURN NULL;
END $$;
"""


FORWARD = f"""
LOCK TABLE calls_attempt IN SHARE ROW EXCLUSIVE MODE;
SELECT set_config('campana.system', 'on', true);
{before.added("calls_agenttally", SLOTS, before.AGENT_SUMS, MOVED)}
""" + "".join(function(name, source, SLOTS) for name, (_, _, source) in before.EVENTS.items())
BACKWARD = "".join(function(name, source, before.AGENT_KEYS) for name, (_, _, source) in before.EVENTS.items())


def key(to, related_name=None, on_delete=django.db.models.deletion.CASCADE, null=True):
    given = {"related_name": related_name} if related_name else {}
    return models.ForeignKey(db_index=False, null=null, on_delete=on_delete, to=to, **given)


class Migration(migrations.Migration):
    dependencies = [("calls", "0007_rare_outcomes")]

    operations = [
        migrations.AddField("agenttally", "slot", models.DateTimeField(default=OLD), preserve_default=False),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddIndex("agenttally", models.Index(fields=["organisation", "slot"], name="agent_tally_by_slot")),
        migrations.AlterField("attempt", "organisation", key("accounts.organisation", null=False)),
        migrations.AlterField("attempt", "campaign", key("campaigns.campaign", "attempts")),
        migrations.AlterField("attempt", "task", key("campaigns.task", "tries")),
        migrations.AlterField("attempt", "contact", key("crm.contact", "attempts")),
        migrations.AlterField(
            "attempt", "agent", key("workforce.agent", on_delete=django.db.models.deletion.SET_NULL)
        ),
        migrations.AddIndex(
            "attempt", models.Index(fields=["campaign", "number", "id"], name="attempt_of_number_there")
        ),
    ]
