"""Row-level security, and what the migration writer can not say."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_first")]

    operations = [
        protect("accounts_role", "accounts_apikey", "accounts_auditentry"),
        migrations.RunSQL(
            "CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RAISE EXCEPTION 'the audit log can not be changed'; END $$;"
            " CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON accounts_auditentry"
            " FOR EACH ROW WHEN (OLD.user_id IS NOT DISTINCT FROM NEW.user_id"
            " AND OLD.api_key_id IS NOT DISTINCT FROM NEW.api_key_id) EXECUTE FUNCTION forbid_change();"
            " CREATE TRIGGER audit_is_kept BEFORE DELETE ON accounts_auditentry"
            " FOR EACH ROW WHEN (coalesce(current_setting('campana.erasing', true), '') <> 'on')"
            " EXECUTE FUNCTION forbid_change();",
            "DROP TRIGGER audit_is_append_only ON accounts_auditentry;"
            " DROP TRIGGER audit_is_kept ON accounts_auditentry; DROP FUNCTION forbid_change();",
        ),
    ]
