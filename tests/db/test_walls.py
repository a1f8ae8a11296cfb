"""Row-level security binds the role the product connects as."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from campana.accounts.models import Organisation
from campana.crm.models import Contact
from campana.tenancy import organisation_scope, system_scope

NOW = datetime(2030, 1, 7, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def two_organisations() -> tuple[Organisation, Organisation]:
    made = [Organisation.objects.create(slug=slug, name=slug, created_at=NOW) for slug in ("lumen", "other")]
    with system_scope():
        for organisation in made:
            Contact.objects.create(organisation=organisation, name=organisation.slug, created_at=NOW, updated_at=NOW)
    return made[0], made[1]


def test_a_connection_without_scope_sees_no_contact(two_organisations: object) -> None:
    assert Contact.objects.count() == 0


def test_a_scope_shows_its_own_organisation_only(two_organisations: tuple[Organisation, Organisation]) -> None:
    with organisation_scope(two_organisations[0].pk):
        assert [contact.name for contact in Contact.objects.all()] == ["lumen"]


def test_a_scope_can_not_write_for_another_organisation(two_organisations: tuple[Organisation, Organisation]) -> None:
    from django.db import ProgrammingError, transaction

    with organisation_scope(two_organisations[0].pk), pytest.raises(ProgrammingError), transaction.atomic():
        Contact.objects.create(organisation=two_organisations[1], created_at=NOW, updated_at=NOW)


def test_every_table_with_an_organisation_is_behind_the_wall(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id'"
            " WHERE c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
        )
        open_tables = {row[0] for row in cursor.fetchall()}
    assert open_tables == {"accounts_user"}, "a user is found by e-mail before the organisation is known"
