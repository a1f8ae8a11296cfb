"""Row-level security for the numbers of agents."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("hotlines", "0007_by_hand")]

    operations = [protect("hotlines_ownhotline")]
