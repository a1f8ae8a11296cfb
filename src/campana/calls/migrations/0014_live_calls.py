"""What is unique among live attempts moves to a small table of them, so that attempts can be cut in parts.

The statement that dials writes both rows; whoever writes attempts otherwise is followed by a trigger. What ends or goes
takes its row along, by triggers of rows: their condition is judged without calling a function, so that the many
updates which end nothing cost next to nothing.
"""

import django.db.models.deletion
from django.db import migrations, models

from campana.tenancy import protect

LIVE = "SELECT id, organisation_id, number, task_id, mode = 'inbound'"
FORWARD = f"""
SELECT set_config('campana.system', 'on', true);
INSERT INTO calls_livecall (attempt_id, organisation_id, number, task_id, inbound)
    {LIVE} FROM calls_attempt WHERE ended_at IS NULL;
ALTER TABLE calls_livecall SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

CREATE FUNCTION calls_live_begun() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO calls_livecall (attempt_id, organisation_id, number, task_id, inbound)
        {LIVE} FROM new_rows WHERE ended_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM calls_livecall l WHERE l.attempt_id = new_rows.id);
    RETURN NULL;
END $$;
CREATE TRIGGER calls_live_begun AFTER INSERT ON calls_attempt REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION calls_live_begun();

CREATE FUNCTION calls_live_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM calls_livecall WHERE attempt_id = OLD.id;
    IF NEW.ended_at IS NULL THEN
        INSERT INTO calls_livecall (attempt_id, organisation_id, number, task_id, inbound)
            VALUES (NEW.id, NEW.organisation_id, NEW.number, NEW.task_id, NEW.mode = 'inbound');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER calls_live_changed AFTER UPDATE ON calls_attempt FOR EACH ROW
    WHEN ((OLD.ended_at IS NULL) <> (NEW.ended_at IS NULL) OR (NEW.ended_at IS NULL AND (
        OLD.number <> NEW.number OR OLD.task_id IS DISTINCT FROM NEW.task_id OR OLD.mode <> NEW.mode)))
    EXECUTE FUNCTION calls_live_changed();

CREATE FUNCTION calls_live_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM calls_livecall WHERE attempt_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER calls_live_gone AFTER DELETE ON calls_attempt FOR EACH ROW
    WHEN (OLD.ended_at IS NULL) EXECUTE FUNCTION calls_live_gone();
"""
BACKWARD = "".join(
    f"DROP TRIGGER {name} ON calls_attempt; DROP FUNCTION {name}();"
    for name in ("calls_live_begun", "calls_live_changed", "calls_live_gone")
)


class Migration(migrations.Migration):
    dependencies = [("calls", "0013_callers")]

    operations = [
        migrations.RemoveConstraint("attempt", "one_live_attempt_per_number"),
        migrations.RemoveConstraint("attempt", "one_live_attempt_per_task"),
        migrations.CreateModel(
            name="LiveCall",
            fields=[
                ("attempt_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=15)),
                ("task_id", models.BigIntegerField(null=True)),
                ("inbound", models.BooleanField(db_default=False, default=False)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "number"], name="live_call_of_number")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("inbound", False)),
                        fields=("organisation", "number"),
                        name="one_live_attempt_per_number",
                    ),
                    models.UniqueConstraint(fields=("task_id",), name="one_live_attempt_per_task"),
                ],
            },
        ),
        protect("calls_livecall"),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
