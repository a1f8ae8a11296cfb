"""Scripts are made of elements: what was a text becomes one of them. Every organisation has a default script."""

import django.db.models.deletion
from django.db import migrations, models

from campana.tenancy import protect

SYSTEM = "SELECT set_config('campana.system', 'on', true);"
FORWARD = f"""{SYSTEM}
UPDATE scripts_scriptversion SET elements = jsonb_build_array(jsonb_build_object('kind', 'text', 'text', text));
"""
BACKWARD = f"""{SYSTEM}
UPDATE scripts_scriptversion SET text = coalesce((SELECT string_agg(e ->> 'text', E'\\n\\n')
    FROM jsonb_array_elements(elements) e WHERE e ->> 'kind' = 'text'), '');
"""
DEFAULTS = f"""{SYSTEM}
WITH words (language, name, text) AS (VALUES
    ('en', 'Default script', E'Hello, this is {{agent}} of {{organisation}}. Am I speaking with {{name}}?'),
    ('vi', 'Kịch bản mặc định',
        E'Xin chào, tôi là {{agent}} từ {{organisation}}. Tôi có đang nói chuyện với {{name}} không ạ?'),
    ('cs', 'Výchozí scénář', E'Dobrý den, {{agent}}, {{organisation}}. Mluvím s {{name}}?'),
    ('ru', 'Сценарий по умолчанию', E'Здравствуйте, это {{agent}}, {{organisation}}. Я говорю с {{name}}?')),
made AS (INSERT INTO scripts_script (organisation_id, name, is_default)
    SELECT o.id, w.name, true FROM accounts_organisation o
    JOIN words w ON w.language = CASE WHEN o.language IN ('vi', 'cs', 'ru') THEN o.language ELSE 'en' END
    WHERE NOT EXISTS (SELECT 1 FROM scripts_script s WHERE s.organisation_id = o.id AND s.is_default)
    ON CONFLICT DO NOTHING RETURNING id, organisation_id, name)
INSERT INTO scripts_scriptversion (organisation_id, script_id, number, elements, made_at)
    SELECT m.organisation_id, m.id, 1,
        jsonb_build_array(jsonb_build_object('kind', 'text', 'text', w.text)), now()
    FROM made m JOIN words w ON w.name = m.name;
"""


class Migration(migrations.Migration):
    dependencies = [("scripts", "0004_wall_of_scripts")]

    operations = [
        migrations.AddField("scriptversion", "elements", models.JSONField(default=list)),
        migrations.AlterField("scriptversion", "text", models.TextField(default="", max_length=20000)),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RemoveField("scriptversion", "text"),
        migrations.CreateModel(
            name="Parameter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=200)),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="accounts.organisation"),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("organisation", "name"), name="parameter_once")],
            },
        ),
        protect("scripts_parameter"),
        migrations.RunSQL(DEFAULTS, migrations.RunSQL.noop),
    ]
