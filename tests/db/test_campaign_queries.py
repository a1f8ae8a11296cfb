"""Figures equal the attempt log; the list shows each his own; a quiet campaign says why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from campana.calls.models import Attempt
from campana.campaigns.models import Campaign, Task
from campana.campaigns.operations import add_sources
from campana.campaigns.queries.overview import overview
from campana.campaigns.queries.preflight import preflight
from campana.campaigns.queries.statistics import per_agent, per_hotline, statistics
from campana.campaigns.queries.why import Why, why_not_dialling
from campana.crm.models import ContactNumber
from campana.runtime.models import EngineLease
from campana.tenancy import organisation_scope, system_scope
from support import campaigns as make
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def attempt(task: Task, began: datetime = NOW, **fields: Any) -> Attempt:
    line = task.campaign.hotlines.first()
    assert line
    return Attempt.objects.create(
        id=Attempt.objects.count() + 1,
        organisation=task.organisation,
        campaign=task.campaign,
        task=task,
        contact=task.contact,
        number=f"{task.number}",
        hotline=line,
        trunk=line.trunk,
        mode="progressive",
        began_at=began,
        **{"state": "ended", "ended_at": began + timedelta(seconds=20), **fields},
    )


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def engine(cast: Cast, **fields: Any) -> None:
    EngineLease.objects.create(
        organisation_id=cast.lumen.pk,
        holder="test",
        fencing=1,
        taken_at=NOW,
        **{"expires_at": after(30), "switch_connected": True, **fields},
    )


def codes(why: Why) -> list[str]:
    return [reason.code for reason in why.stops]


def counts(why: Why) -> dict[str, int | None]:
    return {reason.code: reason.count for reason in why.contacts}


def test_statistics_equal_the_attempt_log(lumen: Cast) -> None:
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 6)), "running")
    one, two, three, four, five, six = make.tasks(campaign)
    attempt(one, outcome="busy")
    attempt(
        one,
        outcome="answered",
        agent=lumen.alice_agent,
        answered_at=after(10),
        connected_at=after(11),
        ended_at=after(71),
        wrapped_up_at=after(81),
    )
    attempt(two, outcome="abandoned", answered_at=after(5), ended_at=after(65), abandoned=True)
    attempt(three, outcome="hung_up_waiting", answered_at=after(5), ended_at=after(6))
    attempt(four, outcome="hung_up_waiting", answered_at=after(5), ended_at=after(8), abandoned=True)
    attempt(five, outcome="machine", answered_at=after(5))
    attempt(six, state="ringing", ended_at=None)
    Task.objects.filter(pk=one.pk).update(state="completed")
    Task.objects.filter(pk=two.pk).update(state="planned")
    Task.objects.filter(pk=six.pk).update(state="in_call")
    figures = statistics(campaign)
    assert figures.attempts == Attempt.objects.count() == 7
    assert figures.by_outcome == {"busy": 1, "answered": 1, "abandoned": 1, "hung_up_waiting": 2, "machine": 1}
    assert sum(figures.by_outcome.values()) + figures.live == figures.attempts
    assert (figures.answered, figures.connected, figures.abandoned) == (4, 1, 2)
    assert figures.late == 2
    assert figures.abandonment == 0.5
    assert (figures.wait_seconds, figures.talk_seconds, figures.wrap_up_seconds) == (1.0, 60.0, 10.0)
    assert (figures.contacts, figures.waiting, figures.in_progress, figures.finished) == (6, 4, 1, 1)
    assert [(row.name, row.connected) for row in per_agent(campaign, actor(lumen.carol))] == [("Alice", 1)]
    assert per_hotline(campaign)["420800111222"]["hung_up_waiting"] == 2


def test_a_campaign_without_calls_has_no_averages(lumen: Cast) -> None:
    figures = statistics(make.draft(lumen))
    assert (figures.attempts, figures.by_state, figures.talk_seconds, figures.abandonment) == (0, {}, None, 0.0)


def test_the_list_is_newest_first_a_page_at_a_time_with_figures(lumen: Cast) -> None:
    number = make.hotline(lumen.lumen).pk
    rows = [
        make.built(lumen, [one], name=f"C{n}", hotlines=[number]) for n, one in enumerate(make.contacts(lumen.lumen, 3))
    ]
    carol = actor(lumen.carol)
    first = overview(actor=carol, limit=2)
    assert [row.campaign.name for row in first] == ["C2", "C1"]
    rest = overview(actor=carol, limit=2, before=first[-1].campaign.pk)
    assert [row.campaign.name for row in rest] == ["C0"]
    make.in_state(rows[0], "running")
    rows[0].tasks.update(state="completed")
    (row,) = overview(actor=carol, states=["running"])
    assert (row.contacts, row.done, row.reached, row.progress, row.agents, row.hotlines) == (
        1,
        1,
        1,
        1.0,
        1,
        ["420800111222"],
    )
    assert [row.campaign.name for row in overview(actor=carol, search="c1")] == ["C1"]


def test_the_list_costs_the_same_queries_for_one_and_for_many(lumen: Cast) -> None:
    number, carol = make.hotline(lumen.lumen).pk, actor(lumen.carol)

    def cost() -> int:
        with connection.execute_wrapper(lambda execute, *rest: spent.append(1) or execute(*rest)):
            spent.clear()
            overview(actor=carol)
            return len(spent)

    spent: list[int] = []
    make.draft(lumen, hotlines=[number])
    one = cost()
    for name in "abcdef":
        make.draft(lumen, name=name, hotlines=[number])
    assert cost() == one


def test_agents_see_the_campaigns_they_work_in_only(lumen: Cast) -> None:
    people = make.contacts(lumen.lumen, 2)
    mine = make.approved(lumen, people[:1])
    make.approved(
        lumen, people[1:], agents=[lumen.bob_agent.pk], hotlines=[make.hotline(lumen.lumen, "420800000001").pk]
    )
    make.draft(lumen, hotlines=[])
    assert [row.campaign for row in overview(actor=actor(lumen.alice))] == [mine]
    with system_scope():
        assert overview(actor=actor(lumen.dave)) == []


def test_a_campaign_that_may_dial_names_no_stop(lumen: Cast) -> None:
    engine(lumen)
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 3)), "running")
    type(lumen.alice_agent).objects.filter(pk=lumen.alice_agent.pk).update(state="available")
    why = why_not_dialling(campaign, now=NOW)
    assert why.nothing_stops
    assert counts(why) == {"dialable": 3}


def test_everything_that_stops_a_campaign_is_named_at_once(lumen: Cast) -> None:
    lumen.lumen.emergency_stopped_at = NOW
    lumen.lumen.save()
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1), hours={"1": "9-12"}, start_kind="manual")
    campaign.hotlines.update(resting_until=after(600))
    why = why_not_dialling(campaign, now=NOW)
    assert codes(why) == [
        "emergency_stop",
        "engine_away",
        "not_started",
        "outside_hours",
        "hotline_resting",
        "no_agent",
    ]
    by_code = {reason.code: reason for reason in why.stops}
    assert by_code["hotline_resting"].until == after(600)
    assert by_code["outside_hours"].until == datetime(2030, 1, 8, 8, tzinfo=NOW.tzinfo)


@pytest.mark.parametrize(
    ("lease", "code"), [({"expires_at": NOW}, "engine_away"), ({"switch_connected": False}, "switch_away")]
)
def test_a_dead_engine_and_a_lost_switch_are_told_apart(lumen: Cast, lease: dict[str, Any], code: str) -> None:
    engine(lumen, **lease)
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1)), "running", held_code="licence_full")
    assert codes(why_not_dialling(campaign, now=NOW)) == [code, "no_agent", "licence_full"]


def test_contacts_stand_under_one_reason_each(lumen: Cast) -> None:
    engine(lumen)
    prague = make.contacts(lumen.lumen, 3)
    saigon = make.contacts(lumen.lumen, 2, first=84_912_000_000, zone="Asia/Ho_Chi_Minh")
    out, later, talking = make.contacts(lumen.lumen, 3, first=420_603_000_000)
    make.suppress(lumen.lumen, contact=out)
    campaign = make.approved(lumen, [*prague, *saigon, out, later, talking], local_time="callee", hours="9-12")
    make.in_state(campaign, "running")
    campaign.tasks.filter(contact=later).update(state="planned", next_at=after(900))
    campaign.tasks.filter(contact=talking).update(state="in_call")
    campaign.tasks.filter(contact=prague[0]).update(state="planned", refusal="frequency_cap", next_at=after(60))
    why = why_not_dialling(campaign, now=NOW)
    assert counts(why) == {
        "dialable": 2,
        "outside_hours": 2,
        "planned": 1,
        "frequency_cap": 1,
        "in_progress": 1,
        "suppressed": 1,
    }
    zone = next(reason for reason in why.contacts if reason.code == "outside_hours")
    assert (zone.detail, zone.until) == ("Asia/Ho_Chi_Minh", datetime(2030, 1, 8, 2, tzinfo=NOW.tzinfo))
    assert sum(reason.count or 0 for reason in why.contacts) == campaign.tasks.count()


def test_preflight_says_who_will_be_skipped_before_anything_is_written(lumen: Cast) -> None:
    lumen.lumen.campaign_contacts_limit = 5
    lumen.lumen.save()
    people = make.contacts(lumen.lumen, 4)
    abroad = make.contacts(lumen.lumen, 2, first=84_912_000_000, zone="Asia/Ho_Chi_Minh")
    make.suppress(lumen.lumen, contact=people[0])
    ContactNumber.objects.filter(contact=people[1]).update(valid=False)
    group = make.group_of(lumen.lumen, "All", [*people, *abroad])
    campaign = make.draft(lumen, hours="9-12", local_time="callee")
    Campaign.objects.filter(pk=campaign.pk).update(tasks_to_build=[{"kind": "group", "id": group.pk}])
    campaign.refresh_from_db()
    told = preflight(campaign, now=NOW)
    assert (told.given, told.callable, told.over_limit, told.duplicates) == (6, 3, 1, 0)
    assert told.skipped == {"invalid_number": 1, "suppressed": 1}
    assert [(zone.name, zone.contacts, zone.open_now) for zone in told.zones] == [
        ("Europe/Prague", 2, True),
        ("Asia/Ho_Chi_Minh", 1, False),
    ]
    assert campaign.tasks.count() == 0


def test_preflight_and_building_agree(lumen: Cast) -> None:
    people = make.contacts(lumen.lumen, 5)
    ContactNumber.objects.filter(contact=people[1]).update(number="420601000000")
    make.suppress(lumen.lumen, contact=people[2])
    campaign = make.draft(lumen)
    source = {"kind": "contacts", "ids": [person.pk for person in people]}
    campaign = add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[source], now=NOW)
    before = preflight(campaign, now=NOW)
    from campana.campaigns.operations import build_tasks, finish_draft

    finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    build_tasks(campaign_id=campaign.pk, now=NOW)
    campaign.refresh_from_db()
    assert (before.callable, before.duplicates) == (campaign.intake["added"], campaign.intake["duplicates"]) == (3, 1)
    after_build = preflight(campaign, now=NOW)
    assert (after_build.callable, after_build.skipped) == (before.callable, before.skipped)
