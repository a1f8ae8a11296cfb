"""Row-level security for the audio library."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("hotlines", "0005_sounds")]

    operations = [protect("hotlines_sound")]
