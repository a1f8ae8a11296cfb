"""A file given straight to a campaign: its rows are judged as contacts of any other source are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from campana.campaigns.models import Campaign
from campana.campaigns.operations import delete_campaign
from campana.crm.imports.run import run_import
from campana.crm.models import Contact, ContactImport
from campana.crm.operations import start_import, upload_import
from campana.tenancy import organisation_scope
from support import campaigns as make
from support.cast import NOW, Cast, actor
from support.tables import csv_bytes

ROWS = [
    ["Name", "Phone", "Phone 2", "Time zone"],
    ["fine", "601000001", "", ""],
    ["zone", "601000002", "", "Asia/Tokyo"],
    ["off the list", "601000003", "", ""],
    ["marked", "601000004", "", ""],
    ["blocked", "777123456", "", ""],
    ["one off, one fine", "601000003", "601000006", ""],
    ["again", "601000001", "", ""],
    ["abroad", "+84 912 345 678", "", ""],
    ["blocked first", "777123457", "601000007", ""],
    ["bad", "none", "", ""],
]


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    cast.lumen.blocked_prefixes = ["420777"]
    cast.lumen.save()
    with organisation_scope(cast.lumen.pk):
        make.suppress(cast.lumen, number="420601000003")
        make.suppress(cast.lumen, number="420601000004", reason="do_not_call_again", starts_at=NOW - timedelta(days=5))
        yield cast


def given(cast: Cast, campaign: Campaign) -> ContactImport:
    who = actor(cast.carol)
    row = upload_import(actor=who, file_name="x.csv", chunks=[csv_bytes(ROWS)], campaign_id=campaign.pk, now=NOW)
    return start_import(actor=who, imported=row, now=NOW)


def tasks(campaign: Campaign) -> dict[str, tuple[object, ...]]:
    return {
        task.contact.name: (task.state, task.refusal, task.time_zone, task.number, task.next_at, task.rank)
        for task in campaign.tasks.select_related("contact")
    }


@pytest.mark.parametrize("batch", [2, 50])
@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("known", [False, True])
def test_rows_of_a_file_are_judged_like_contacts_of_the_directory(
    lumen: Cast, several: bool, known: bool, batch: int
) -> None:
    settings = {"several_numbers": several, "do_not_call_again_days": 7}
    if known:  # the second time every contact is in the directory already
        run_import(import_id=given(lumen, make.draft(lumen, name="before")).pk, now=NOW)
    straight = make.draft(lumen, name="straight", hotlines=[], **settings)
    imported = run_import(import_id=given(lumen, straight).pk, now=NOW, batch_size=batch)
    assert imported.state == "finished"
    people = list(Contact.objects.filter(numbers__valid=True).distinct().order_by("pk"))
    other = make.built(
        lumen, people, name="by source", hotlines=[make.hotline(lumen.lumen, "420800111223").pk], **settings
    )
    assert tasks(straight) == tasks(other)
    assert {name: task[:2] for name, task in tasks(straight).items()} == {
        "fine": ("waiting", ""),
        "zone": ("waiting", ""),
        "off the list": ("excluded", "suppressed"),
        "marked": ("excluded", "do_not_call_again"),
        "blocked": ("invalid", "blocked_number"),
        "abroad": ("waiting", ""),
        "blocked first": ("waiting", "") if several else ("invalid", "blocked_number"),
    }


def test_a_campaign_that_is_deleted_meanwhile_fails_the_import_in_words(lumen: Cast) -> None:
    campaign = make.draft(lumen)
    row = given(lumen, campaign)
    delete_campaign(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    row = run_import(import_id=row.pk, now=NOW)
    assert (row.state, row.problem, row.rows) == ("failed", "not_found", 0)
    assert not Contact.objects.exists()
