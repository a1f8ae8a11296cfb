"""Agents, groups, hours and holidays: changed by who may, heard by the engine, guarded where in use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from campana.accounts.models import AuditEntry
from campana.engine.words import Presence
from campana.kernel.refusals import Invalid, NotAllowed, NotFound, Refused
from campana.relay.models import Message
from campana.tenancy import organisation_scope, system_scope
from campana.workforce import operations
from campana.workforce.models import Agent, Holiday
from campana.workforce.public_holidays import COUNTRIES, easter, public_holidays
from support import campaigns as make
from support.cast import NOW, Cast, actor, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def kinds() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def test_a_person_becomes_an_agent_once(lumen: Cast) -> None:
    eva = person(lumen.lumen, "Eva", "operator")
    carol = actor(lumen.carol)
    agent = operations.add_agent(actor=carol, user_id=eva.pk, endpoint="PJSIP/1003", daily_quota="50", now=NOW)
    assert (agent.endpoint, agent.daily_quota, kinds()) == ("PJSIP/1003", 50, ["agent"])
    for user, endpoint, code in (
        (eva.pk, "PJSIP/1009", "agent_already"),
        (lumen.dave.pk, "", "no_such_person"),
        (lumen.carol.pk, "pjsip/1001", "endpoint_taken"),
        (lumen.carol.pk, "PJSIP/1 & reboot", "bad_endpoint"),
    ):
        with pytest.raises(Invalid) as refused:
            operations.add_agent(actor=carol, user_id=user, endpoint=endpoint, now=NOW)
        assert refused.value.code == code


def test_a_supervisor_sets_presence_and_the_engine_hears_it(lumen: Cast) -> None:
    agent = operations.set_presence(
        agent_id=lumen.alice_agent.pk, actor=actor(lumen.carol), presence=Presence.READY, now=NOW
    )
    assert agent.wanted == "ready"
    assert Message.objects.get().payload == {"agent": agent.pk}
    assert AuditEntry.objects.get().action == "agent.presence"
    with pytest.raises(NotAllowed):
        operations.set_presence(agent_id=agent.pk, actor=actor(lumen.alice), presence=Presence.OFF, now=NOW)


def test_an_agent_at_a_contact_is_not_removed(lumen: Cast) -> None:
    Agent.objects.filter(pk=lumen.alice_agent.pk).update(state="in_call")
    with pytest.raises(Refused) as refused:
        operations.remove_agent(agent_id=lumen.alice_agent.pk, actor=actor(lumen.carol), now=NOW)
    assert refused.value.code == "agent_busy"
    operations.remove_agent(agent_id=lumen.bob_agent.pk, actor=actor(lumen.carol), now=NOW)
    assert not Agent.objects.filter(pk=lumen.bob_agent.pk).exists()


def test_a_group_in_a_campaign_is_not_deleted_and_names_it(lumen: Cast) -> None:
    carol = actor(lumen.carol)
    group = operations.create_group(actor=carol, name="Sales", members=[lumen.alice_agent.pk], now=NOW)
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1), groups=[group.pk])
    with pytest.raises(Refused) as refused:
        operations.delete_group(group_id=group.pk, actor=carol, now=NOW)
    assert campaign.name in str(refused.value)
    both = [lumen.alice_agent.pk, lumen.bob_agent.pk]
    operations.save_group(group_id=group.pk, actor=carol, name="Sales", members=both, now=NOW)
    assert group.members.count() == 2
    with pytest.raises(Invalid):
        operations.create_group(actor=carol, name="SALES", now=NOW)


def test_foreign_agents_join_no_group(lumen: Cast) -> None:
    with system_scope():
        foreign = Agent.objects.create(organisation=lumen.other, user=lumen.dave)
    with system_scope(), pytest.raises(Invalid) as refused:
        operations.create_group(actor=actor(lumen.carol), name="Mixed", members=[foreign.pk], now=NOW)
    assert refused.value.code == "unknown_member"
    with system_scope(), pytest.raises(NotFound):
        operations.change_agent(agent_id=foreign.pk, actor=actor(lumen.carol), now=NOW, endpoint="PJSIP/1")


def test_hours_can_not_be_changed_so_that_a_campaign_never_calls(lumen: Cast) -> None:
    carol = actor(lumen.carol)
    profile = operations.create_hours(actor=carol, name="Day", periods=[[0, 480, 1020]], now=NOW)
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1), working_hours=profile.pk, hours={"0": "9-12"})
    with pytest.raises(Invalid) as refused:
        operations.save_hours(hours_id=profile.pk, actor=carol, name="Day", periods=[[1, 480, 1020]], now=NOW)
    assert (refused.value.code, refused.value.facts) == ("no_common_hours", {"name": campaign.name})
    Message.objects.all().delete()
    operations.save_hours(hours_id=profile.pk, actor=carol, name="Day", periods=[[0, 480, 720]], now=NOW)
    assert [message.payload for message in Message.objects.filter(kind="campaign")] == [{"id": campaign.pk}]
    with pytest.raises(Refused):
        operations.delete_hours(hours_id=profile.pk, actor=carol, now=NOW)


@pytest.mark.parametrize("periods", [[], [[0, 600, 500]], [[7, 0, 10]], [["a", 0, 1]], [[0, 0]]])
def test_hours_that_are_none_are_refused(lumen: Cast, periods: list[list[object]]) -> None:
    with pytest.raises(Invalid):
        operations.create_hours(actor=actor(lumen.carol), name="Bad", periods=periods, now=NOW)


def test_public_holidays_are_added_once_and_told_to_live_campaigns(lumen: Cast) -> None:
    carol = actor(lumen.carol)
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1))
    Message.objects.all().delete()
    assert operations.add_public_holidays(actor=carol, country="CZ", year=2030, now=NOW) == 13
    assert operations.add_public_holidays(actor=carol, country="CZ", year=2030, now=NOW) == 0
    assert {message.payload["id"] for message in Message.objects.filter(kind="campaign")} == {campaign.pk}
    with pytest.raises(Invalid):
        operations.add_holiday(actor=carol, day="2030-12-24", name="Again", country="CZ", now=NOW)
    Holiday.objects.filter(day=date(2030, 12, 24)).delete()
    operations.add_holiday(actor=carol, day="2030-12-24", name="Eve", now=NOW)


def test_easter_falls_where_the_tables_say() -> None:
    assert [easter(year) for year in (2024, 2025, 2026, 2027, 2030, 2038)] == [
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2030, 4, 21),
        date(2038, 4, 25),
    ]


def test_reckoned_holidays_fall_where_the_calendars_say() -> None:
    days = {country: {day for day, _ in public_holidays(country, 2026)} for country in COUNTRIES}
    assert {date(2026, 4, 3), date(2026, 4, 6)} <= days["CZ"]
    assert {date(2026, 11, 26), date(2026, 5, 25), date(2026, 1, 19)} <= days["US"]
    assert {date(2026, 12, 28), date(2026, 8, 31), date(2026, 5, 4)} <= days["GB"], "Boxing Day is kept on Monday"
    assert {date(2026, 2, 17), date(2026, 4, 26), date(2026, 4, 30)} <= days["VN"]
    new_year = [day for day, name in public_holidays("VN", 2030) if name == "Tết Nguyên đán"]
    assert new_year[:2] == [date(2030, 2, 1), date(2030, 2, 2)], "in 2030 the new moon comes before midnight in Hanoi"
    assert date(2026, 5, 9) in days["RU"]
