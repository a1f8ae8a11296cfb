"""What a draft remembers, what its sources bring, what its settings mean in time, and campaigns like others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from campana.accounts.models import AuditEntry
from campana.campaigns import drafts
from campana.campaigns.models import Campaign
from campana.campaigns.operations import (
    add_sources,
    begin_draft,
    build_tasks,
    change_campaign,
    copy_campaign,
    finish_draft,
    save_draft,
)
from campana.campaigns.operations.finish_draft import EntriesKept
from campana.campaigns.operations.lock import Stale
from campana.campaigns.queries.forecast import ASSUMED, Forecast, forecast, seconds_a_contact
from campana.campaigns.queries.intake import brought, skipped_rows
from campana.campaigns.queries.judged import asked, judge
from campana.campaigns.queries.sources import count_contacts
from campana.campaigns.transitions import WrongState
from campana.crm.models import ContactNumber
from campana.engine.words import DialMode
from campana.tenancy import organisation_scope
from support import campaigns as make
from support.cast import NOW, Cast, actor, sign_in

pytestmark = pytest.mark.django_db

NIGHT = datetime(2030, 1, 7, 2, tzinfo=UTC)
"""Three o'clock of that Monday in Prague."""


def meant(campaign: Campaign, now: datetime) -> Forecast:
    return forecast(campaign, now=now, chosen=count_contacts(campaign, campaign.tasks_to_build, now))


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def save(cast: Cast, campaign: Campaign, *, seen: str = "", typed: Any = None, **values: Any) -> list[str]:
    saved = save_draft(
        campaign=campaign,
        actor=actor(cast.carol),
        step="results",
        values=values,
        typed=typed or {name: [str(value)] for name, value in values.items()},
        seen=seen,
        now=NOW,
    )
    return [problem.code for problem in saved.wrong]


def test_the_page_that_makes_a_draft_makes_one_however_often_it_saves(lumen: Cast) -> None:
    carol = actor(lumen.carol)
    made = [begin_draft(actor=carol, key="k1", values={"name": name}, now=NOW).pk for name in ("One", "Two")]
    assert made[0] == made[1]
    assert begin_draft(actor=carol, key="k2", values={"name": "Three"}, now=NOW).pk != made[0]
    assert begin_draft(actor=actor(lumen.ada), key="k3", values={"name": "Four"}, now=NOW).author == lumen.ada


def test_what_is_right_is_taken_and_what_is_not_is_kept(lumen: Cast) -> None:
    campaign = make.draft(lumen)
    assert save(lumen, campaign, wrap_up="20", result_required="perhaps") == ["not_yes_or_no"]
    campaign.refresh_from_db()
    assert (campaign.wrap_up, campaign.result_required) == (20, True)
    assert drafts.kept(campaign, "results") == {"wrap_up": ["20"], "result_required": ["perhaps"]}
    source = {"kind": "contacts", "ids": [make.contacts(lumen.lumen, 1)[0].pk]}
    add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[source], now=NOW)
    with pytest.raises(EntriesKept):
        finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    assert save(lumen, campaign, wrap_up="20", result_required="on") == []
    campaign.refresh_from_db()
    assert drafts.kept(campaign, "results") is None
    assert finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW).state == "processing"
    told = AuditEntry.objects.get(action="campaign.finish_draft").after
    assert told["settings"]["wrap_up"] == 20, "the log has what the draft became"


def test_an_end_before_the_start_touches_neither(lumen: Cast) -> None:
    campaign = make.draft(lumen)
    codes = save(lumen, campaign, start_at="2030-05-01T09:00:00Z", end_at="2030-04-01T09:00:00Z", wrap_up="33")
    assert codes == ["end_before_start"]
    campaign.refresh_from_db()
    assert (campaign.start_at, campaign.end_at, campaign.wrap_up) == (NOW, None, 33)


def test_a_step_saved_since_it_was_shown_is_refused_another_step_is_not(lumen: Cast) -> None:
    campaign = make.draft(lumen)
    shown = drafts.seen(campaign, "results", ["wrap_up"])
    change_campaign(campaign=campaign, actor=actor(lumen.ada), values={"gap": 600}, version=None, now=NOW)
    assert save(lumen, campaign, seen=shown, wrap_up="20") == []
    with pytest.raises(Stale):
        save(lumen, campaign, seen=shown, wrap_up="30")
    campaign.refresh_from_db()
    assert campaign.wrap_up == 20


def test_only_a_draft_saves_itself(lumen: Cast) -> None:
    campaign = make.built(lumen, make.contacts(lumen.lumen, 1))
    with pytest.raises(WrongState):
        save(lumen, campaign, wrap_up="20")


def test_each_source_tells_what_it_brings_and_earlier_ones_win(lumen: Cast) -> None:
    people = make.contacts(lumen.lumen, 10)
    make.suppress(lumen.lumen, number=people[0].numbers.get().number)
    ContactNumber.objects.filter(contact=people[1]).update(valid=False)
    twin = make.contacts(lumen.lumen, 1)[0]  # the same number as people[0]
    first = make.group_of(lumen.lumen, "First", people[:6])
    second = make.group_of(lumen.lumen, "Second", [*people[4:], twin])
    campaign = make.draft(lumen)
    for group in (second, first):
        add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[{"kind": "group", "id": group.pk}], now=NOW)
    campaign.refresh_from_db()
    told = brought(judge(asked(campaign, NOW)))
    figures = [(one.given, one.callable, one.duplicates, one.suppressed, one.invalid) for one in told]
    assert figures == [(7, 6, 0, 1, 0), (6, 2, 3, 0, 1)]
    whys = sorted(why for _, _, _, why in skipped_rows(campaign, NOW))
    assert whys == ["duplicate", "invalid_number", "suppressed"]
    finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    build_tasks(campaign_id=campaign.pk, now=NOW)
    campaign.refresh_from_db()
    assert campaign.tasks.filter(state="waiting").count() == 8, "as it was counted"


def test_those_left_out_come_as_a_file_without_formulas(lumen: Cast, client: Client) -> None:
    evil = make.contacts(lumen.lumen, 1)[0]
    evil.name = "=cmd()"
    evil.save()
    evil.numbers.update(valid=False)
    campaign = make.draft(lumen)
    source = {"kind": "contacts", "ids": [evil.pk]}
    add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[source], now=NOW)
    sign_in(client, lumen.ada)
    answer = client.get(f"/campaigns/{campaign.pk}/settings/review/left-out.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert "'=cmd()" in answer.content.decode()


def test_the_forecast_adds_up_the_hours_between_start_and_end(lumen: Cast) -> None:
    hours = {str(day): "9-12, 13-17:30" for day in range(5)}
    campaign = make.draft(lumen, hours=hours, start_at=NIGHT, end_at=NIGHT + timedelta(days=7), holidays=False)
    told = meant(campaign, NIGHT)
    assert told.first == datetime(2030, 1, 7, 8, tzinfo=UTC)
    assert told.last == datetime(2030, 1, 11, 16, 30, tzinfo=UTC)
    assert (told.days, told.seconds / 3600) == (5, 37.5)
    assert told.needed is None, "nobody to call yet"


def test_the_need_grows_with_contacts_and_shrinks_with_agents(lumen: Cast) -> None:
    people = make.contacts(lumen.lumen, 20)
    campaign = make.draft(lumen, hours={str(day): "9-17" for day in range(7)}, holidays=False)
    source = {"kind": "contacts", "ids": [person.pk for person in people]}
    add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[source], now=NOW)
    campaign.refresh_from_db()
    one = meant(campaign, NIGHT)
    assert one.needed == pytest.approx(20 * seconds_a_contact(campaign, ASSUMED))
    assert one.first
    assert one.needed
    assert one.done == one.first + timedelta(seconds=one.needed)
    both = [lumen.alice_agent.pk, lumen.bob_agent.pk]
    change_campaign(campaign=campaign, actor=actor(lumen.carol), values={"agents": both}, version=None, now=NOW)
    campaign.refresh_from_db()
    two = meant(campaign, NIGHT)
    assert two.needed == pytest.approx(one.needed / 2)


def test_work_that_does_not_fit_before_the_end_is_said(lumen: Cast) -> None:
    people = make.contacts(lumen.lumen, 40)
    campaign = make.draft(lumen, start_at=NOW, end_at=NOW + timedelta(minutes=10), holidays=False)
    source = {"kind": "contacts", "ids": [person.pk for person in people]}
    add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[source], now=NOW)
    campaign.refresh_from_db()
    assert not meant(campaign, NOW).fits


def test_a_contact_costs_an_agent_what_the_formula_says(lumen: Cast) -> None:
    campaign = make.draft(lumen, max_attempts=1, wrap_up=30)
    assert seconds_a_contact(campaign, ASSUMED) == pytest.approx(0.3 * 150 + 18)
    campaign.mode = DialMode.PREVIEW
    assert seconds_a_contact(campaign, ASSUMED) == pytest.approx(0.3 * 150 + 18 + 30)


def test_a_campaign_like_another_has_its_settings_and_nobody_to_call(lumen: Cast) -> None:
    busy = {"busy": {"attempts": 5, "wait": 300}}
    old = make.approved(
        lumen, make.contacts(lumen.lumen, 2), max_attempts=7, retries=busy, hours={"0": "9-12"}, priority=4
    )
    made = copy_campaign(campaign=old, actor=actor(lumen.carol), name="Again", now=NOW + timedelta(days=9))
    assert (made.state, made.name, made.author) == ("draft", "Again", lumen.carol)
    assert (made.max_attempts, made.retries, made.hours) == (7, busy, [[0, 540, 720]])
    assert (made.start_at, made.end_at) == (NOW + timedelta(days=9), None)
    assert list(made.agents.all()) == [lumen.alice_agent]
    assert list(made.hotlines.all()) == list(old.hotlines.all())
    assert (made.tasks.count(), made.tasks_to_build) == (0, [])


def test_a_copy_leaves_hotlines_behind_that_are_switched_off(lumen: Cast) -> None:
    old = make.draft(lumen)
    old.hotlines.update(enabled=False)
    assert copy_campaign(campaign=old, actor=actor(lumen.carol), name="Again", now=NOW).hotlines.count() == 0


def test_the_new_page_offers_earlier_campaigns_as_a_pattern(lumen: Cast, client: Client) -> None:
    old = make.draft(lumen, max_attempts=9)
    sign_in(client, lumen.carol)
    assert f'<option value="{old.pk}">Spring offer</option>' in client.get("/campaigns/new").content.decode()
    answer = client.post("/campaigns/new/like", {"like": old.pk})
    made = Campaign.objects.latest("pk")
    assert answer["Location"] == f"/campaigns/{made.pk}/settings/mode"
    assert (made.name, made.max_attempts) == ("Spring offer, again", 9)
    assert client.post("/campaigns/new/like", {"like": "x"}).status_code == 404
