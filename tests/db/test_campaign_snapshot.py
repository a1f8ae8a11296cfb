"""Rows become the engine's configuration without losing or inventing anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta

import pytest

from campana.campaigns import snapshot
from campana.campaigns.operations import change_campaign
from campana.engine.config import CampaignConfig, Retry
from campana.engine.words import RetryEvent, Wanted
from campana.hotlines.models import Sound
from campana.kernel.windows import Period
from campana.tenancy import organisation_scope, system_scope
from campana.workforce.models import Agent, AgentGroup, AgentGroupMember, Holiday, WorkingHours
from support import campaigns as make
from support.cast import NOW, Cast, actor, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def test_only_campaigns_the_engine_must_know_are_given(lumen: Cast) -> None:
    people, states = make.contacts(lumen.lumen, 7), ["scheduled", "running", "paused", "finished", "archived"]
    number = make.hotline(lumen.lumen).pk
    rows = [make.built(lumen, [one], hotlines=[number]) for one in people]
    for row, state in zip(rows[:5], states, strict=True):
        make.in_state(row, state)
    make.in_state(rows[5], "finished")
    rows[5].tasks.update(state="in_call")
    given = [config.id for config in snapshot.campaigns(lumen.lumen.pk)]
    assert given == [rows[0].pk, rows[1].pk, rows[2].pk, rows[5].pk]
    assert snapshot.campaigns(lumen.lumen.pk, [rows[4].pk, rows[6].pk]) == []
    assert [config.id for config in snapshot.campaigns(lumen.lumen.pk, [rows[1].pk])] == [rows[1].pk]
    with system_scope():
        assert snapshot.campaigns(lumen.other.pk) == []


def test_every_setting_reaches_the_engine(lumen: Cast) -> None:
    lumen.lumen.do_not_call_again_days = 9
    lumen.lumen.save()
    profile = WorkingHours.objects.create(organisation=lumen.lumen, name="Day", periods=[[0, 480, 1020]])
    Holiday.objects.create(organisation=lumen.lumen, day=date(2030, 1, 8), name="Day off")
    Holiday.objects.create(organisation=lumen.lumen, day=date(2030, 1, 9), name="Theirs", country="VN")
    numbers = [make.hotline(lumen.lumen, f"42080000000{n}").pk for n in (2, 1)]
    music = Sound.objects.create(
        organisation=lumen.lumen, name="Waltz", file="1/waltz", seconds=1, size=1, source="wav", added_at=NOW
    )
    values = {
        "mode": "preview",
        "start_kind": "manual",
        "goal": "none",
        "only_with_agent": False,
        "no_agent_grace": 61,
        "priority": 7,
        "max_calls": 12,
        "end_at": NOW + timedelta(days=3),
        "working_hours": profile.pk,
        "hours": "7-12",
        "local_time": "callee",
        "caller_id": "random_chosen",
        "hotlines": numbers,
        "answer_wait": 20,
        "max_attempts": 4,
        "gap": 660,
        "retries": {"busy": {"attempts": 5, "wait": 180}},
        "coefficient": 1.5,
        "pacing": "pickup_rate",
        "pickup_rate": 40,
        "pace_start": "fast",
        "max_abandon": None,
        "short_hang_up": 3,
        "governed": "late",
        "budget_window": "day",
        "agent_ring": 25,
        "max_wait": 90,
        "wrap_up": 7,
        "result_required": False,
        "ready_early": False,
        "extend_once": False,
        "recording": True,
        "preview_time": 21,
        "preview_start": "shown",
        "accept_timeout": 22,
        "may_skip": False,
        "may_hold": False,
        "detect_machines": True,
        "detection_time": 2.5,
        "false_machines": 0.01,
        "hold_music": music.pk,
        "abandoned_message": music.pk,
    }
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1, zone="Asia/Tokyo"), **values)
    config = snapshot.campaign_config(campaign)
    default = CampaignConfig(config.id, config.organisation_id, config.mode, config.state)
    unchanged = {field.name for field in fields(config) if getattr(config, field.name) == getattr(default, field.name)}
    assert unchanged == {"id", "organisation_id", "mode", "state", "reason", "wanted", "reopened"}
    assert config.schedule.periods == (Period(0, 480, 720),)
    assert config.schedule.holidays == {date(2030, 1, 8)}
    assert config.schedule.abroad["Asia/Ho_Chi_Minh"] == {date(2030, 1, 8), date(2030, 1, 9)}
    assert config.hotlines == tuple(numbers)
    assert config.retry.events == {RetryEvent.BUSY: Retry(5, timedelta(minutes=3))}
    assert config.zones == {"Asia/Tokyo"}
    assert config.do_not_call_again == timedelta(days=9)


def test_agents_take_part_by_themselves_and_by_groups_in_live_campaigns_only(lumen: Cast) -> None:
    eva = Agent.objects.create(organisation=lumen.lumen, user=person(lumen.lumen, "Eva", "operator"))
    group = AgentGroup.objects.create(organisation=lumen.lumen, name="Sales")
    for agent in (lumen.bob_agent, eva):
        AgentGroupMember.objects.create(organisation=lumen.lumen, group=group, agent=agent)
    live = make.approved(lumen, make.contacts(lumen.lumen, 1), groups=[group.pk])
    make.draft(lumen, hotlines=[])
    given = {config.id: config.campaigns for config in snapshot.agents(lumen.lumen.pk)}
    assert given == {lumen.alice_agent.pk: {live.pk}, lumen.bob_agent.pk: {live.pk}, eva.pk: {live.pk}}
    assert [config.endpoint for config in snapshot.agents(lumen.lumen.pk, [lumen.bob_agent.pk])] == ["PJSIP/1002"]
    eva.user.state = "inactive"
    eva.user.save()
    assert eva.pk not in {config.id for config in snapshot.agents(lumen.lumen.pk)}


def test_people_who_join_a_group_beyond_the_plan_do_not_take_part(lumen: Cast) -> None:
    group = AgentGroup.objects.create(organisation=lumen.lumen, name="Sales")
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1), groups=[group.pk])
    lumen.lumen.campaign_agents_limit = 2
    lumen.lumen.save()
    joined = []
    for name in ("Eva", "Fero"):
        agent = Agent.objects.create(organisation=lumen.lumen, user=person(lumen.lumen, name, "operator"))
        AgentGroupMember.objects.create(organisation=lumen.lumen, group=group, agent=agent)
        joined.append(agent.pk)
    given = {config.id for config in snapshot.agents(lumen.lumen.pk) if campaign.pk in config.campaigns}
    assert given == {lumen.alice_agent.pk, joined[0]}


def test_a_wish_to_run_does_not_end_a_fault_that_came_after_it(lumen: Cast) -> None:
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1))
    make.in_state(
        campaign, "paused", state_reason="hotlines_failing", state_since=make.LATER, wanted="run", wanted_at=NOW
    )
    change_campaign(campaign=campaign, actor=actor(lumen.carol), values={"wrap_up": 20}, version=None, now=NOW)
    assert snapshot.campaign_config(campaign).wanted is None
    make.in_state(campaign, "paused", wanted_at=make.LATER)
    assert snapshot.campaign_config(campaign).wanted is Wanted.RUN


def test_trunks_hotlines_and_the_organisation_are_told(lumen: Cast) -> None:
    number = make.hotline(lumen.lumen)
    lumen.lumen.licence_calls, lumen.lumen.emergency_stopped_at = 20, NOW
    lumen.lumen.save()
    assert [(line.id, line.number, line.enabled) for line in snapshot.hotlines(lumen.lumen.pk)] == [
        (number.pk, "420800111222", True)
    ]
    assert [trunk.endpoint for trunk in snapshot.trunks(lumen.lumen.pk)] == ["carrier"]
    told = snapshot.organisation(lumen.lumen.pk)
    assert (told.time_zone, told.licence_calls, told.emergency_stop) == ("Europe/Prague", 20, True)


def test_a_callee_abroad_is_judged_by_the_holidays_of_his_country(lumen: Cast) -> None:
    """Lumen is Czech: its holidays hold for callees of countries it has no calendar of."""
    for day, country in ((8, "CZ"), (9, "US"), (10, "")):
        Holiday.objects.create(organisation=lumen.lumen, day=date(2030, 1, day), name=f"{day}", country=country)
    row = make.built(lumen, make.contacts(lumen.lumen, 1), local_time="callee")
    schedule = snapshot.campaign_config(row).schedule

    def closed(zone: str) -> set[int]:
        noon = NOW.replace(hour=17)
        return {day for day in range(7, 12) if not schedule.is_open(noon.replace(day=day), zone)}

    assert closed("Europe/Prague") == {8, 10}
    assert closed("America/New_York") == closed("America/Los_Angeles") == {9, 10}
    assert closed("Europe/London") == {8, 10}
    row.holidays = False
    row.save()
    schedule = snapshot.campaign_config(row).schedule
    assert closed("America/New_York") == closed("Europe/Prague") == set()
