"""Signing in: who comes in, who waits, and what the door gives away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from campana.accounts.models import AuditEntry, DoorCount, User
from campana.accounts.operations import door
from campana.accounts.operations.door import ACCOUNT, ADDRESS, DoorLocked, WrongCredentials
from campana.tenancy import system_scope
from support.cast import NOW, PASSWORD, Cast, make_cast

ALICE = "alice@lumen.example"
MINUTE = timedelta(minutes=1)


def come(
    email: str = ALICE, password: str = PASSWORD, address: str = "192.0.2.1", after: timedelta = 0 * MINUTE
) -> User:
    return door.sign_in(email=email, password=password, address=address, now=NOW + after)


def fail(times: int, email: str = ALICE, address: str = "192.0.2.1", after: timedelta = 0 * MINUTE) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            come(email, "not the password", address, after)


def actions() -> list[str]:
    with system_scope():
        return [entry.action for entry in AuditEntry.objects.order_by("id")]


def test_the_right_password_comes_in_however_the_address_is_typed(cast: Cast) -> None:
    assert come(" Alice@Lumen.Example ") == cast.alice
    assert actions() == ["session.start"]


def test_a_wrong_password_says_how_many_tries_are_left(cast: Cast) -> None:
    with pytest.raises(WrongCredentials) as refused:
        come(password="not the password")
    assert refused.value.facts == {"left": 9}
    assert actions() == ["session.refuse"]


def test_ten_failures_lock_for_fifteen_minutes_even_for_the_right_password(cast: Cast) -> None:
    fail(10)
    with pytest.raises(DoorLocked) as refused:
        come(after=MINUTE)
    assert refused.value.facts == {"minutes": 14}
    with pytest.raises(DoorLocked):
        come(after=14.9 * MINUTE)
    assert come(after=15 * MINUTE) == cast.alice
    assert actions().count("session.lock") == 1


def test_trying_on_while_locked_does_not_lengthen_the_lock(cast: Cast) -> None:
    fail(10)
    for minute in range(1, 15):
        with pytest.raises(DoorLocked):
            come(after=minute * MINUTE)
    assert come(after=15 * MINUTE) == cast.alice


def test_the_right_password_forgets_the_failures_before(cast: Cast) -> None:
    fail(9)
    come()
    fail(9)
    come()


def test_an_address_nobody_has_is_locked_in_the_same_words(cast: Cast) -> None:
    for email in (ALICE, "nobody@lumen.example"):
        answers = []
        for _ in range(12):
            with pytest.raises((WrongCredentials, DoorLocked)) as refused:
                come(email, "not the password", f"192.0.2.{len(email)}")
            answers.append((refused.value.code, refused.value.facts))
        assert answers[8:] == [
            ("wrong_credentials", {"left": 1}),
            ("wrong_credentials", {"left": 0}),
            ("door_locked", {"minutes": 15}),
            ("door_locked", {"minutes": 15}),
        ]


def test_a_password_is_hashed_whether_the_account_exists_or_not(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    real = door.check_password
    monkeypatch.setattr(door, "check_password", lambda typed, known: (hashed.append(known[:6]), real(typed, known))[1])
    fail(1)
    fail(1, email="nobody@lumen.example")
    assert hashed == ["argon2", "argon2"]


def test_inactive_and_invited_people_stay_outside_in_the_same_words(cast: Cast) -> None:
    for state in ("inactive", "invited"):
        User.objects.filter(pk=cast.alice.pk).update(state=state)
        with pytest.raises(WrongCredentials):
            come()


def test_one_network_address_has_fifty_tries_over_all_accounts(cast: Cast) -> None:
    for number in range(ADDRESS.tries):
        fail(1, email=f"guess{number}@lumen.example")
    with pytest.raises(DoorLocked):
        come()
    assert come(address="192.0.2.9") == cast.alice
    assert come(after=15 * MINUTE) == cast.alice


def test_signing_in_well_takes_no_try_from_the_office_behind_one_address(cast: Cast) -> None:
    for _ in range(ADDRESS.tries + 10):
        door.open_door(email=ALICE)
        come()


def test_a_password_longer_than_any_is_refused_without_being_hashed(cast: Cast) -> None:
    with pytest.raises(WrongCredentials):
        come(password="x" * 100_000)


def test_old_counts_are_forgotten(cast: Cast) -> None:
    fail(1)
    assert door.forget_old_tries(now=NOW + timedelta(days=1)) == 0
    assert door.forget_old_tries(now=NOW + timedelta(days=3)) == 2
    assert not DoorCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_tries_that_come_at_once_are_all_counted() -> None:
    make_cast()

    def guess(_: int) -> str:
        try:
            door.sign_in(email=ALICE, password="not the password", address="192.0.2.1", now=NOW)
        except (WrongCredentials, DoorLocked) as refused:
            return refused.code
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert answers.count("wrong_credentials") <= ACCOUNT.tries
    assert answers.count("door_locked") >= 24 - ACCOUNT.tries
