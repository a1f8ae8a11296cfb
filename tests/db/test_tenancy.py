"""A tenancy scope never outlives the block that opened it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from campana.accounts.models import Role
from campana.tenancy import organisation_scope, system_scope
from support.cast import Cast, make_cast


def in_force() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('campana.organisation', true), ''),"
            " coalesce(current_setting('campana.system', true), '')"
        )
        organisation, system = cursor.fetchone()
    return organisation, system


def test_scopes_nest_and_each_ends_where_it_began(cast: Cast) -> None:
    lumen, other = str(cast.lumen.pk), str(cast.other.pk)
    with organisation_scope(cast.lumen.pk):
        with system_scope():
            assert in_force() == (lumen, "on")
            with organisation_scope(cast.other.pk):
                assert in_force() == (other, "")
            assert in_force() == (lumen, "on")
        assert in_force() == (lumen, "")
    assert in_force() == ("", "")


def test_an_organisations_scope_inside_the_systems_sees_that_organisation_only(cast: Cast) -> None:
    with system_scope(), organisation_scope(cast.other.pk):
        assert {role.organisation_id for role in Role.objects.all()} == {cast.other.pk}


def test_a_scope_ends_with_an_exception(cast: Cast) -> None:
    with pytest.raises(RuntimeError), organisation_scope(cast.lumen.pk):
        raise RuntimeError
    assert in_force() == ("", "")


def test_a_scope_inside_a_broken_transaction_ends_with_its_rollback(cast: Cast) -> None:
    def twice() -> None:
        for _ in range(2):
            Role.objects.create(organisation=cast.lumen, key="twice")

    with organisation_scope(cast.other.pk):
        with pytest.raises(IntegrityError), transaction.atomic(), organisation_scope(cast.lumen.pk):
            twice()
        assert in_force() == (str(cast.other.pk), "")
    assert in_force() == ("", "")


@pytest.mark.django_db(transaction=True)
def test_a_scope_around_a_transaction_that_breaks_ends_too() -> None:
    cast = make_cast()
    with pytest.raises(IntegrityError), organisation_scope(cast.lumen.pk), transaction.atomic():
        Role.objects.create(organisation=cast.lumen, key="operator")
    assert in_force() == ("", "")


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_dies_in_a_scope_is_not_used_again() -> None:
    cast = make_cast()
    with pytest.raises(DatabaseError), organisation_scope(cast.lumen.pk), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert in_force() == ("", "")
    assert Role.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_in_the_middle_of_a_scope_sees_nothing_rather_than_everything() -> None:
    cast = make_cast()
    with organisation_scope(cast.lumen.pk):
        assert Role.objects.count() == 4
        connection.close()
        assert Role.objects.count() == 0
    assert in_force() == ("", "")
