"""People of an organisation: added, changed, deactivated, and never without an administrator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from campana.accounts import permissions
from campana.accounts.actors import Actor, system_actor
from campana.accounts.models import AuditEntry, OneTimeLink, Role, User
from campana.accounts.operations import change_user as change
from campana.accounts.operations.create_user import EmailTaken, create_user, invite_user
from campana.accounts.operations.links import (
    LinkDead,
    PersonInactive,
    ask_for_reset,
    follow_link,
    make_link,
    revoke_links,
)
from campana.accounts.operations.passwords import PasswordTooShort, WrongPassword, change_own_password, set_password
from campana.accounts.operations.rights import BeyondYourRights, ChangedMeanwhile, LastAdministrator, OwnerStays
from campana.accounts.queries import open_link
from campana.kernel.refusals import Invalids, NotAllowed, NotFound, Refused
from campana.relay.models import Message
from campana.tenancy import organisation_scope, system_scope
from support.cast import NOW, PASSWORD, Cast, actor, make_cast, person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def role(cast: Cast, key: str) -> Role:
    return Role.objects.get(organisation=cast.lumen, key=key)


def invited(cast: Cast) -> tuple[User, str]:
    role_of_his = role(cast, "operator")
    return invite_user(actor=actor(cast.ada), email="n@lumen.example", name="N", role=role_of_his, now=NOW)


def manager_of_people(cast: Cast) -> Actor:
    """Somebody who may manage people and not much else."""
    made = Role.objects.create(
        organisation=cast.lumen,
        key="desk-lead",
        permissions=[permissions.USERS_MANAGE, *permissions.PRESETS["operator"]],
    )
    user = person(cast.lumen, "Mona", "operator")
    User.objects.filter(pk=user.pk).update(role=made)
    return actor(User.objects.get(pk=user.pk))


def test_an_added_person_is_active_with_a_password_and_invited_without(lumen: Cast) -> None:
    ada = actor(lumen.ada)
    one = create_user(
        actor=ada,
        email="New@Lumen.example",
        name=" New  One ",
        role=role(lumen, "operator"),
        now=NOW,
        password="four words at least",
    )
    two = create_user(actor=ada, email="two@lumen.example", name="Two", role=role(lumen, "operator"), now=NOW)
    assert (one.email, one.name, one.state) == ("new@lumen.example", "New One", "active")
    assert (two.state, two.has_usable_password()) == ("invited", False)


def test_an_address_is_taken_once_in_the_whole_installation(lumen: Cast) -> None:
    with pytest.raises(EmailTaken):
        create_user(actor=actor(lumen.ada), email="DAVE@other.example", name="D", role=role(lumen, "operator"), now=NOW)


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("short", {"password_too_short"}),
        ("password12", {"password_too_common"}),
        ("alice@lumen.example", {"password_too_similar"}),
        ("1234567890", {"password_too_common"}),
        ("x" * 257, {"password_too_long"}),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(lumen: Cast, password: str, codes: set[str]) -> None:
    with pytest.raises(Refused) as refused:
        set_password(actor=actor(lumen.alice), user=lumen.alice, password=password, now=NOW)
    problems = refused.value.problems if isinstance(refused.value, Invalids) else [refused.value]
    assert {problem.code for problem in problems} == codes


def test_only_managers_of_people_add_people(lumen: Cast) -> None:
    with pytest.raises(NotAllowed):
        create_user(actor=actor(lumen.carol), email="x@lumen.example", name="X", role=role(lumen, "operator"), now=NOW)


def test_nobody_gives_a_role_with_more_rights_than_his(lumen: Cast) -> None:
    mona = manager_of_people(lumen)
    create_user(actor=mona, email="x@lumen.example", name="X", role=role(lumen, "operator"), now=NOW)
    with pytest.raises(BeyondYourRights):
        create_user(actor=mona, email="y@lumen.example", name="Y", role=role(lumen, "administrator"), now=NOW)
    with pytest.raises(BeyondYourRights):
        change.change_user(actor=mona, user=lumen.alice, name="A", role=role(lumen, "supervisor"), version=1, now=NOW)


def test_nobody_touches_somebody_with_more_rights(lumen: Cast) -> None:
    mona, operator = manager_of_people(lumen), role(lumen, "operator")
    attempts: list[Callable[[], object]] = [
        lambda: change.deactivate_user(actor=mona, user=lumen.carol, now=NOW),
        lambda: make_link(actor=mona, user=lumen.ada, now=NOW),
        lambda: change.change_user(actor=mona, user=lumen.ada, name="A", role=operator, version=1, now=NOW),
        lambda: revoke_links(actor=mona, user=lumen.ada, now=NOW),
    ]
    for attempt in attempts:
        with pytest.raises(BeyondYourRights):
            attempt()
    change.deactivate_user(actor=mona, user=lumen.bob, now=NOW)


def test_a_role_of_another_organisation_does_not_exist(lumen: Cast) -> None:
    with system_scope():
        foreign = Role.objects.get(organisation=lumen.other, key="operator")
    with pytest.raises(NotFound):
        create_user(actor=actor(lumen.ada), email="x@lumen.example", name="X", role=foreign, now=NOW)


def test_a_person_of_another_organisation_does_not_exist(lumen: Cast) -> None:
    with pytest.raises(NotFound):
        change.deactivate_user(actor=actor(lumen.ada), user=lumen.dave, now=NOW)
    assert User.objects.get(pk=lumen.dave.pk).state == "active"


def test_the_owner_stays_an_active_administrator(lumen: Cast) -> None:
    other_admin = actor(person(lumen.lumen, "Zoe", "administrator"))
    with pytest.raises(OwnerStays):
        change.deactivate_user(actor=other_admin, user=lumen.ada, now=NOW)
    with pytest.raises(OwnerStays):
        change.change_user(
            actor=other_admin, user=lumen.ada, name="Ada", role=role(lumen, "employee"), version=1, now=NOW
        )


def test_the_last_administrator_can_not_be_demoted_or_deactivated(lumen: Cast) -> None:
    User.objects.filter(pk=lumen.ada.pk).update(is_owner=False)
    person(lumen.lumen, "Zoe", "administrator")
    User.objects.filter(name="Zoe").update(state="inactive")
    with pytest.raises(LastAdministrator):
        change.deactivate_user(actor=system_actor(lumen.lumen), user=lumen.ada, now=NOW)
    with pytest.raises(LastAdministrator):
        change.change_user(
            actor=actor(lumen.ada), user=lumen.ada, name="Ada", role=role(lumen, "employee"), version=1, now=NOW
        )
    User.objects.filter(name="Zoe").update(state="active")
    change.deactivate_user(actor=system_actor(lumen.lumen), user=lumen.ada, now=NOW)


def test_the_ownership_is_given_by_the_owner_to_an_active_administrator_only(lumen: Cast) -> None:
    zoe = person(lumen.lumen, "Zoe", "administrator")
    with pytest.raises(BeyondYourRights):
        change.transfer_ownership(actor=actor(zoe), user=zoe, now=NOW)
    with pytest.raises(change.NotAdministrator):
        change.transfer_ownership(actor=actor(lumen.ada), user=lumen.carol, now=NOW)
    change.transfer_ownership(actor=actor(lumen.ada), user=zoe, now=NOW)
    assert [user.name for user in User.objects.filter(organisation=lumen.lumen, is_owner=True)] == ["Zoe"]
    change.deactivate_user(actor=actor(zoe), user=lumen.ada, now=NOW)


def test_nobody_deactivates_himself(lumen: Cast) -> None:
    zoe = person(lumen.lumen, "Zoe", "administrator")
    with pytest.raises(change.NotYourself):
        change.deactivate_user(actor=actor(zoe), user=zoe, now=NOW)


def test_a_deactivated_person_loses_his_links_and_the_engine_hears_of_it(lumen: Cast) -> None:
    token = make_link(actor=actor(lumen.ada), user=lumen.alice, now=NOW)
    change.deactivate_user(actor=actor(lumen.ada), user=lumen.alice, now=NOW)
    assert open_link(token, NOW) is None
    assert [(message.kind, message.organisation_id) for message in Message.objects.all()] == [
        ("agents", lumen.lumen.pk)
    ]
    with pytest.raises(PersonInactive):
        make_link(actor=actor(lumen.ada), user=lumen.alice, now=NOW)
    assert change.activate_user(actor=actor(lumen.ada), user=lumen.alice, now=NOW).state == "active"


def test_two_who_edit_at_once_are_told_so(lumen: Cast) -> None:
    ada, operator = actor(lumen.ada), role(lumen, "operator")
    change.change_user(actor=ada, user=lumen.alice, name="Alicia", role=operator, version=1, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        change.change_user(actor=ada, user=lumen.alice, name="Alix", role=operator, version=1, now=NOW)
    assert User.objects.get(pk=lumen.alice.pk).name == "Alicia"


def test_an_invitation_works_once_and_for_seven_days(lumen: Cast) -> None:
    user, token = invited(lumen)
    assert open_link(token, NOW + 7 * DAY) is None
    follow_link(token=token, password="four words at least", address=None, now=NOW + 7 * DAY - HOUR)
    user.refresh_from_db()
    assert user.state == "active"
    assert user.check_password("four words at least")
    with pytest.raises(LinkDead):
        follow_link(token=token, password="another four words", address=None, now=NOW)


def test_a_weak_password_does_not_use_the_invitation_up(lumen: Cast) -> None:
    _user, token = invited(lumen)
    with pytest.raises(PasswordTooShort):
        follow_link(token=token, password="short", address=None, now=NOW)
    follow_link(token=token, password="four words at least", address=None, now=NOW)


def test_a_reset_works_for_one_hour_and_a_newer_one_replaces_it(cast: Cast) -> None:
    first = ask_for_reset(email=" ALICE@lumen.example ", address=None, now=NOW)
    second = ask_for_reset(email="alice@lumen.example", address=None, now=NOW)
    assert first
    assert second
    assert open_link(first[1], NOW) is None
    assert open_link(second[1], NOW + HOUR) is None
    follow_link(token=second[1], password="four words at least", address="192.0.2.7", now=NOW + HOUR / 2)
    assert User.objects.get(pk=cast.alice.pk).check_password("four words at least")


def test_a_reset_for_nobody_or_for_an_inactive_person_makes_no_link(cast: Cast) -> None:
    User.objects.filter(pk=cast.alice.pk).update(state="inactive")
    assert ask_for_reset(email="nobody@lumen.example", address=None, now=NOW) is None
    assert ask_for_reset(email="alice@lumen.example", address=None, now=NOW) is None
    with system_scope():
        assert not OneTimeLink.objects.exists()


def test_no_secret_of_a_link_lies_in_the_database(lumen: Cast) -> None:
    token = make_link(actor=actor(lumen.ada), user=lumen.alice, now=NOW)
    with connection.cursor() as cursor:
        for table in ("accounts_onetimelink", "accounts_auditentry"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            assert token not in str(cursor.fetchone())


def test_the_own_password_is_changed_with_the_present_one(lumen: Cast) -> None:
    with pytest.raises(WrongPassword):
        change_own_password(actor=actor(lumen.alice), present="wrong", password="four words at least", now=NOW)
    change_own_password(actor=actor(lumen.alice), present=PASSWORD, password="four words at least", now=NOW)


def test_every_act_on_people_is_in_the_audit_log_without_secrets(lumen: Cast) -> None:
    ada = actor(lumen.ada)
    user, token = invited(lumen)
    follow_link(token=token, password="four words at least", address="192.0.2.7", now=NOW)
    change.change_user(actor=ada, user=user, name="Nn", role=role(lumen, "employee"), version=1, now=NOW)
    change.deactivate_user(actor=ada, user=user, now=NOW)
    entries = AuditEntry.objects.filter(object_type="user", object_id=str(user.pk)).order_by("id")
    assert [entry.action for entry in entries] == [
        "user.create",
        "user.link_invitation",
        "user.password",
        "user.change",
        "user.state",
    ]
    assert entries[3].before == {"name": "N", "role": "operator"}
    assert entries[3].after == {"name": "Nn", "role": "employee"}
    assert entries[2].address == "192.0.2.7"
    told = " ".join(f"{entry.before} {entry.after}" for entry in entries)
    assert token not in told
    assert "four words" not in told


def test_an_audit_entry_can_neither_be_changed_nor_deleted(lumen: Cast) -> None:
    from django.db import DatabaseError, transaction

    make_link(actor=actor(lumen.ada), user=lumen.alice, now=NOW)
    for spoil in (lambda: AuditEntry.objects.update(action="x"), lambda: AuditEntry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_deactivate_each_other_at_once_leave_one() -> None:
    cast = make_cast()
    zoe = person(cast.lumen, "Zoe", "administrator")
    User.objects.filter(pk=cast.ada.pk).update(is_owner=False)
    ada = User.objects.get(pk=cast.ada.pk)
    ready = Barrier(2)

    def deactivate(pair: tuple[User, User]) -> str:
        try:
            with organisation_scope(cast.lumen.pk):
                by = actor(pair[0])
                ready.wait(10)
                change.deactivate_user(actor=by, user=pair[1], now=NOW)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(deactivate, [(ada, zoe), (zoe, ada)]))
    assert answers == ["done", "last_administrator"]
