"""Row-level security, and what the migration writer can not say."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_first"), ("accounts", "0001_first")]

    operations = [
        protect(
            "crm_contact",
            "crm_contactnumber",
            "crm_customfield",
            "crm_contactgroup",
            "crm_contactgroupmember",
            "crm_savedfilter",
            "crm_suppression",
            "crm_importprofile",
            "crm_contactimport",
        ),
    ]
