"""Tasks counted by the database itself: every statement that moves tasks leaves one row of difference a kind.

Rows of difference are only added, so nobody who writes tasks waits for anybody; ``calls.operations.fold_tallies``
adds them up from time to time. docs/decisions/0012-tallies.md says why.
"""

import django.db.models.deletion
from django.db import migrations, models

from campana.tenancy import protect

KEYS = "organisation_id, campaign_id, state, refusal, time_zone"

FUNCTION = """
CREATE FUNCTION campaigns_tally_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaigns_tasktally ({keys}, n)
    SELECT {keys}, sum(sign) FROM ({rows}) AS changed GROUP BY {keys} HAVING sum(sign) <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER campaigns_tally_{name} AFTER {event} ON campaigns_task {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION campaigns_tally_{name}();
"""
NEW = f"SELECT 1 AS sign, {KEYS} FROM new_rows"
OLD = f"SELECT -1 AS sign, {KEYS} FROM old_rows"
EVENTS = {
    "inserted": ("INSERT", "REFERENCING NEW TABLE AS new_rows", NEW),
    "updated": ("UPDATE", "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows", f"{NEW} UNION ALL {OLD}"),
    "deleted": ("DELETE", "REFERENCING OLD TABLE AS old_rows", OLD),
}

FORWARD = f"""
SELECT set_config('campana.system', 'on', true);
INSERT INTO campaigns_tasktally ({KEYS}, n) SELECT {KEYS}, count(*) FROM campaigns_task GROUP BY {KEYS};
ALTER TABLE campaigns_tasktally SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
""" + "".join(
    FUNCTION.format(name=name, event=event, tables=tables, keys=KEYS, rows=rows)
    for name, (event, tables, rows) in EVENTS.items()
)
BACKWARD = "".join(
    f"DROP TRIGGER campaigns_tally_{name} ON campaigns_task; DROP FUNCTION campaigns_tally_{name}();"
    for name in EVENTS
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_first"), ("campaigns", "0006_lighter_tasks")]

    operations = [
        migrations.CreateModel(
            name="TaskTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=15)),
                ("refusal", models.CharField(blank=True, max_length=24)),
                ("time_zone", models.CharField(max_length=64)),
                ("n", models.BigIntegerField()),
                (
                    "campaign",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="task_tallies",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["organisation", "campaign"], name="task_tally")]},
        ),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["campaign", "finished_at"], name="task_finished", condition=models.Q(finished_at__isnull=False)
            ),
        ),
        protect("campaigns_tasktally"),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
