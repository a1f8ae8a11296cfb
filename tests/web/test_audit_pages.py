"""The audit log as a page and as a file, keys and people a page at a time, and the organisation's rules in words."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from campana.accounts.models import ApiKey, AuditEntry, Organisation, Role, User
from campana.calls.models import Attempt
from campana.calls.operations.forget_recordings import forget_recordings
from campana.tenancy import organisation_scope, system_scope
from support.calls import attempt, bare_campaign
from support.cast import NOW, Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("campana.accounts.web.now", lambda: NOW)
    sign_in(client, cast.ada)
    return client


def entry(cast: Cast, action: str, object_id: str = "7", **after: object) -> None:
    with organisation_scope(cast.lumen.pk):
        AuditEntry.objects.create(
            organisation=cast.lumen,
            at=NOW,
            user=cast.ada,
            action=action,
            object_type=action.split(".")[0],
            object_id=object_id,
            after=after,
        )


def rows(client: Client, query: str = "") -> list[list[str]]:
    answer = client.get(f"/audit.csv{query}")
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_file_holds_what_the_filter_shows_and_is_itself_in_the_log(cast: Cast, ada: Client) -> None:
    entry(cast, "trunk.create", "7", name="Carrier")
    entry(cast, "trunk.change", "8", name="Other")
    entry(cast, "hotline.create", "7", number="1")
    found = rows(ada, "?type=trunk&object=7")
    assert [row[2] for row in found[1:]] == ["Added a trunk"]
    assert "Carrier" in found[1][4]
    assert len(rows(ada, "?kind=trunk")) == 3
    with system_scope():
        assert AuditEntry.objects.filter(action="organisation.audit_export").count() == 2
    page = ada.get("/audit?type=trunk&object=7").content.decode()
    assert "/audit.csv?type=trunk&amp;object=7" in page


def test_no_cell_of_the_file_is_a_formula(cast: Cast, ada: Client) -> None:
    with system_scope():
        User.objects.filter(pk=cast.ada.pk).update(name="=HYPERLINK(1)")
    entry(cast, "trunk.create", "7", name="=1+1")
    assert all(not cell.startswith("=") for row in rows(ada) for cell in row)


def test_others_read_no_audit_log(cast: Cast, client: Client) -> None:
    sign_in(client, cast.carol)
    assert client.get("/audit.csv").status_code == 403


def test_people_and_keys_come_a_page_at_a_time(cast: Cast, ada: Client) -> None:
    with system_scope():
        role = Role.objects.get(organisation=cast.lumen, key="operator")
        User.objects.bulk_create(
            User(organisation=cast.lumen, email=f"p{n}@x.org", name=f"P {n:03}", role=role, created_at=NOW)
            for n in range(120)
        )
        ApiKey.objects.bulk_create(
            ApiKey(organisation=cast.lumen, name=f"k{n}", prefix=f"{n}", digest=f"{n:032}".encode(), role=role,
                   created_at=NOW)
            for n in range(130)
        )  # fmt: skip
    for address, size in (("/people", 124), ("/api-keys", 130)):
        first = ada.get(address).content.decode()
        following = first[first.index('rel="next" href="') + 17 :].split('"')[0]
        second = ada.get(address + following).content.decode()
        assert first.count('<th scope="row">') == 100, address
        assert second.count('<th scope="row">') == size - 100, address


def test_the_rules_are_said_in_words(cast: Cast, ada: Client) -> None:
    Organisation.objects.filter(pk=cast.lumen.pk).update(
        frequency_cap=2, recordings_days=90, blocked_prefixes=["420906"]
    )
    page = ada.get("/organisation").content.decode()
    assert "at most 2 times in 24 hours" in page
    assert "Recordings are kept 90 days." in page
    assert "+420906" in page
    assert "holidays of the callee’s country" in page


def test_recordings_go_when_their_time_is_over(cast: Cast, settings: object, tmp_path: Path) -> None:
    settings.RECORDINGS_ROOT = tmp_path  # type: ignore[attr-defined]
    with system_scope():
        campaign = bare_campaign(cast.lumen)
        old = attempt(campaign, cast.alice_agent, recording="old", ended_at=NOW - timedelta(days=31))
        young = attempt(campaign, cast.alice_agent, recording="young", ended_at=NOW - timedelta(days=29))
        for name in ("old", "young"):
            (tmp_path / f"{name}.wav").write_bytes(b"RIFF")
        assert forget_recordings(now=NOW) == 0, "0 days keeps them"
        Organisation.objects.filter(pk=cast.lumen.pk).update(recordings_days=30)
        assert forget_recordings(now=NOW) == 1
        kept = dict(Attempt.objects.filter(pk__in=[old.pk, young.pk]).values_list("pk", "recording"))
    assert kept == {old.pk: "", young.pk: "young"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["young.wav"]
