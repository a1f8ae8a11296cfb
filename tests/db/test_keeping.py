"""Calls are kept for a time: what is older goes with its month, and what was counted of it stays."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from campana.accounts.models import AuditEntry
from campana.calls.models import Arrival, Attempt, CallRequest, Skip
from campana.calls.operations.keep_months import keep_months
from campana.campaigns.operations.approve import HasDialled
from campana.campaigns.operations.delete_campaign import delete_campaign
from campana.campaigns.queries.statistics import statistics
from campana.kernel.ids import first_attempt_at as first
from campana.months import make_coming, parts
from campana.tenancy import system_scope
from support.calls import attempt, bare_campaign
from support.cast import NOW, Cast, actor, sign_in

JANUARY, MARCH, MAY = NOW, NOW + timedelta(days=60), NOW + timedelta(days=120)


@pytest.fixture
def lumen(cast: Cast, settings: Any, tmp_path: Path) -> Iterator[Cast]:
    settings.RECORDINGS_ROOT = tmp_path
    make_coming(JANUARY)
    make_coming(MAY)
    with system_scope():
        yield cast
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def settle() -> None:
    """As at the end of a transaction: what is deferred happens, so that tables can be altered."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def names() -> list[str]:
    return [part.name.removeprefix("calls_attempt_") for part in parts("calls_attempt")]


def test_months_that_are_wholly_older_go_and_their_figures_stay(lumen: Cast, tmp_path: Path) -> None:
    campaign = bare_campaign(lumen.lumen, state="draft")
    for n, began in enumerate((JANUARY, JANUARY, MARCH)):
        attempt(campaign, lumen.alice_agent, id=first(began) + n, began_at=began, recording=f"r{n}")
    (tmp_path / "r0.wav").write_bytes(b"RIFF")
    (tmp_path / "r2.wav").write_bytes(b"RIFF")
    old, new = Attempt.objects.order_by("pk")[0], Attempt.objects.order_by("pk")[2]
    for row in (old, new):
        CallRequest.objects.create(
            organisation=lumen.lumen, agent=lumen.alice_agent, number="1", asked_at=MARCH, attempt=row
        )
        Arrival.objects.create(organisation=lumen.lumen, leg=f"in-{row.pk}", attempt_id=row.pk)
    told = statistics(campaign)
    settle()
    gone = keep_months(months=3, now=MAY)
    assert "calls_attempt_2030_01" in gone
    assert "calls_attempt_before" in gone
    assert "workforce_presencechange_2030_01" in gone
    assert names()[0] == "2030_02"
    assert list(Attempt.objects.values_list("pk", flat=True)) == [new.pk]
    assert statistics(campaign).connected == told.connected == 3
    assert statistics(campaign).by_outcome == told.by_outcome
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r2.wav"]
    assert list(CallRequest.objects.order_by("pk").values_list("attempt", flat=True)) == [None, new.pk]
    assert list(Arrival.objects.values_list("attempt_id", flat=True)) == [new.pk]
    entry = AuditEntry.objects.get(action="organisation.forget_calls")
    assert entry.after == {"calls": 2, "before": "2030-02-01"}
    assert keep_months(months=3, now=MAY) == []


def test_nought_keeps_for_ever(lumen: Cast) -> None:
    attempt(bare_campaign(lumen.lumen), id=first(JANUARY))
    assert keep_months(months=0, now=MAY + timedelta(days=9999)) == []


def test_a_month_with_a_live_attempt_stays(lumen: Cast) -> None:
    row = attempt(bare_campaign(lumen.lumen), id=first(JANUARY), ended_at=None, outcome="")
    settle()
    gone = keep_months(months=3, now=MAY)
    assert "calls_attempt_before" in gone
    assert "calls_attempt_2030_01" not in gone
    assert Attempt.objects.filter(pk=row.pk).exists()
    Attempt.objects.filter(pk=row.pk).update(ended_at=JANUARY)
    settle()
    assert keep_months(months=3, now=MAY) == ["calls_attempt_2030_01"]


def test_a_month_whose_recordings_can_not_be_deleted_stays_and_keeps_no_other(
    lumen: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = bare_campaign(lumen.lumen, state="draft")
    attempt(campaign, lumen.alice_agent, id=first(JANUARY), began_at=JANUARY, recording="stuck")
    (tmp_path / "stuck.wav").write_bytes(b"RIFF")

    def refused(path: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(Path, "unlink", refused)
    settle()
    gone = keep_months(months=3, now=MAY)
    assert "calls_attempt_2030_01" not in gone
    assert "workforce_presencechange_2030_01" in gone
    assert Attempt.objects.get().recording == "stuck"


def test_a_campaign_whose_calls_are_no_longer_kept_has_dialled_all_the_same(lumen: Cast) -> None:
    campaign = bare_campaign(lumen.lumen, state="draft")
    attempt(campaign, id=first(JANUARY))
    settle()
    keep_months(months=3, now=MAY)
    assert not campaign.attempts.exists()
    with pytest.raises(HasDialled):
        delete_campaign(campaign=campaign, actor=actor(lumen.ada), now=MAY)


def test_old_skips_go_with_the_month_in_which_they_were_written(lumen: Cast) -> None:
    task = attempt(bare_campaign(lumen.lumen), id=first(MAY)).task
    Skip.objects.create(organisation=lumen.lumen, campaign=task.campaign, task=task, at=NOW, code="a")  # type: ignore[union-attr]
    settle()
    keep_months(months=3, now=datetime.now(UTC))
    assert Skip.objects.count() == 1
    assert "calls_skip_before" in keep_months(months=3, now=MAY)
    assert Skip.objects.count() == 0


def test_the_page_of_a_call_that_is_no_longer_kept_says_that_there_is_none(lumen: Cast, client: Client) -> None:
    row = attempt(bare_campaign(lumen.lumen), id=first(JANUARY))
    settle()
    keep_months(months=3, now=MAY)
    sign_in(client, lumen.ada)
    assert client.get(f"/calls/{row.pk}").status_code == 404
    assert client.get(f"/contacts/{row.contact_id}").status_code == 200
