"""Row-level security for who answers which number."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("hotlines", "0009_answering")]

    operations = [protect("hotlines_answering", "hotlines_answeringgroup", "hotlines_answeringagent")]
