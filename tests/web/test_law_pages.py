"""The law of the organisation's country: its page, the button, what drafts begin with and what the review says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from campana.accounts import permissions
from campana.accounts.models import AuditEntry, Organisation, Role
from campana.campaigns.effective import effective
from campana.campaigns.operations import copy_campaign
from campana.campaigns.validation import warnings
from campana.tenancy import system_scope
from campana.workforce.models import WorkingHours
from support import campaigns as make
from support.cast import NOW, Cast, actor, sign_in


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campana.accounts.web.now", lambda: NOW)


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with system_scope():
        yield cast


def move(cast: Cast, country: str, **values: object) -> None:
    Organisation.objects.filter(pk=cast.lumen.pk).update(default_country=country, **values)
    cast.lumen.refresh_from_db()
    for user in (cast.ada, cast.carol):
        user.refresh_from_db()


def profile(cast: Cast, *periods: list[int]) -> WorkingHours:
    return WorkingHours.objects.create(organisation=cast.lumen, name="Ours", periods=list(periods), by_hand=True)


def test_the_page_says_what_the_law_asks_and_where_the_organisation_is_looser(client: Client, lumen: Cast) -> None:
    sign_in(client, lumen.ada)
    move(lumen, "VN")
    page = client.get("/organisation").content.decode()
    assert "What the law asks: Vietnam" in page
    assert "Decree 91/2020/ND-CP" in page
    assert page.count("state is-callback") == 2
    assert 'hx-post="/organisation/law"' in page
    move(lumen, "VN", frequency_cap=1)
    profile(lumen, [0, 480, 600])
    page = client.get("/organisation").content.decode()
    assert "state is-callback" not in page
    assert 'hx-post="/organisation/law"' not in page


def test_a_country_without_a_pack_changes_nothing(client: Client, lumen: Cast) -> None:
    move(lumen, "FR")
    sign_in(client, lumen.ada)
    assert "What the law asks" not in client.get("/organisation").content.decode()
    assert client.post("/organisation/law").status_code == 409
    campaign = make.draft(lumen, mode="predictive")
    assert (campaign.governed, campaign.budget_window, campaign.max_abandon) == ("abandoned", "30_days", 0.03)
    assert not [warning.code for warning in warnings(campaign) if warning.code.startswith("law_")]


def test_the_button_takes_over_cap_and_hours_and_is_audited(client: Client, lumen: Cast) -> None:
    move(lumen, "VN", frequency_cap=4)
    ours = profile(lumen, [0, 420, 600], [5, 1080, 1200])
    sign_in(client, lumen.ada)
    assert client.post("/organisation/law").status_code == 303
    assert Organisation.objects.get(pk=lumen.lumen.pk).frequency_cap == 1
    held = WorkingHours.objects.get(organisation=lumen.lumen, by_hand=True)
    assert (held.name, held.periods) == ("Law: Vietnam", [[0, 480, 600]])
    ours.refresh_from_db()
    assert ours.periods == [[0, 420, 600], [5, 1080, 1200]], "campaigns that use it keep it"
    entries = {entry.action: entry for entry in AuditEntry.objects.filter(user=lumen.ada)}
    assert entries["organisation.change"].after == {"frequency_cap": 1}
    assert entries["organisation.change"].before == {"frequency_cap": 4}
    assert entries["working_hours.create"].after["periods"] == [[0, 480, 600]]
    assert client.post("/organisation/law").status_code == 409, "nothing is left to take over"
    assert Organisation.objects.get(pk=lumen.other.pk).frequency_cap == 0


def test_hours_that_share_no_minute_with_the_laws_change_nothing(client: Client, lumen: Cast) -> None:
    move(lumen, "VN")
    profile(lumen, [0, 1200, 1260])
    sign_in(client, lumen.ada)
    assert client.post("/organisation/law").status_code == 422
    assert Organisation.objects.get(pk=lumen.lumen.pk).frequency_cap == 0


def test_only_who_sets_the_organisation_up_takes_over(client: Client, lumen: Cast) -> None:
    move(lumen, "VN")
    sign_in(client, lumen.carol)
    assert client.post("/organisation/law").status_code == 403
    Role.objects.filter(pk=lumen.carol.role_id).update(permissions=[permissions.SETTINGS_MANAGE])
    assert client.post("/organisation/law").status_code == 403, "hours are a right of their own"
    assert Organisation.objects.get(pk=lumen.lumen.pk).frequency_cap == 0


def test_a_new_campaign_begins_with_what_the_law_asks(lumen: Cast) -> None:
    move(lumen, "GB")
    campaign = make.draft(lumen, mode="predictive")
    assert (campaign.governed, campaign.budget_window, campaign.max_abandon) == ("late", "24_hours", 0.03)
    assert campaign.answer_wait == 30
    assert {row.origin for row in effective(campaign) if row.word in {"Abandoned calls", "What counts"}} == {"law"}
    own = make.draft(lumen, hotlines=[], name="Own", mode="predictive", budget_window="day", governed="abandoned")
    assert (own.governed, own.budget_window) == ("abandoned", "day")
    copied = copy_campaign(campaign=own, actor=actor(lumen.carol), name="Like it", now=NOW)
    assert (copied.governed, copied.budget_window) == ("abandoned", "day")


def test_the_review_says_in_words_where_a_campaign_is_looser(lumen: Cast) -> None:
    move(lumen, "US")
    campaign = make.draft(lumen, mode="predictive", budget_window="day", governed="abandoned", max_abandon=0.05)
    told = {warning.code: warning.detail for warning in warnings(campaign)}
    assert {code for code in told if code.startswith("law_")} == {
        "law_limit",
        "law_window",
        "law_governed",
        "law_message",
        "law_hours",
        "law_clock",
    }
    assert told["law_window"] == (
        "The law of your country, United States, asks: counted over 30 days. This campaign: counted over the day."
    )
    careful = make.draft(lumen, hotlines=[], name="Other", mode="progressive", hours="9-17", local_time="callee")
    assert not [warning.code for warning in warnings(careful) if warning.code.startswith("law_")]


def test_the_review_counts_the_calls_a_number_may_get_in_a_day(lumen: Cast) -> None:
    move(lumen, "VN")
    settings = {"hours": "9-12", "local_time": "callee"}
    often = make.draft(lumen, **settings, max_attempts=3, gap=3600)
    assert "law_calls_a_day" in {warning.code for warning in warnings(often)}
    rare = make.draft(lumen, hotlines=[], name="Rare", **settings, max_attempts=3, gap=86_400)
    assert "law_calls_a_day" not in {warning.code for warning in warnings(rare)}
    move(lumen, "VN", frequency_cap=1)
    capped = make.draft(lumen, hotlines=[], name="Capped", **settings, max_attempts=3, gap=3600)
    assert "law_calls_a_day" not in {warning.code for warning in warnings(capped)}
