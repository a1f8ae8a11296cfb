"""Contacts become tasks: once, in order, judged, within the plan (CAM-047, 5.4)."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from campana.campaigns import ranks
from campana.campaigns.models import Campaign
from campana.campaigns.operations import add_sources, add_tasks, build_tasks, finish_draft, remove_tasks, stop_task
from campana.campaigns.operations.add_sources import ContactsLimit
from campana.campaigns.operations.add_tasks import DuplicateNumber
from campana.campaigns.operations.remove_tasks import TaskInCall
from campana.campaigns.transitions import IsFinished
from campana.crm.models import ContactImport, ContactNumber, ImportEntry
from campana.kernel.refusals import NotFound
from campana.relay.models import Message
from campana.tenancy import organisation_scope
from support import campaigns as make
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def test_contacts_become_waiting_tasks_in_the_order_given(lumen: Cast) -> None:
    people = make.contacts(lumen.lumen, 5)
    campaign = make.built(lumen, people)
    found = make.tasks(campaign)
    assert [task.contact_id for task in found] == [person.pk for person in people]
    assert {task.state for task in found} == {"waiting"}
    assert {task.rank for task in found} == {ranks.rank(priority=None, retry=False)}
    assert campaign.state == "not_approved"
    assert campaign.intake["added"] == 5
    assert campaign.zones == ["Europe/Prague"]


def test_without_approval_a_built_campaign_is_scheduled(lumen: Cast) -> None:
    lumen.lumen.campaigns_need_approval = False
    lumen.lumen.save()
    campaign = make.built(lumen, make.contacts(lumen.lumen, 1))
    assert campaign.state == "scheduled"
    assert Message.objects.filter(kind="campaign", payload__id=campaign.pk).exists()


def test_all_sources_together_give_each_contact_once(lumen: Cast) -> None:
    people = make.contacts(lumen.lumen, 6)
    group = make.group_of(lumen.lumen, "Group", people[2:5])
    campaign = make.draft(lumen)
    first = {"kind": "contacts", "ids": [person.pk for person in people[:3]]}
    add_sources(
        campaign=campaign, actor=actor(lumen.carol), sources=[first, {"kind": "group", "id": group.pk}], now=NOW
    )
    finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    build_tasks(campaign_id=campaign.pk, now=NOW)
    campaign.refresh_from_db()
    assert {task.contact_id for task in make.tasks(campaign)} == {person.pk for person in people[:5]}
    assert campaign.intake["added"] == 5
    assert campaign.intake["duplicates"] == 1
    assert campaign.tasks_to_build == []


def test_contacts_of_another_campaign_are_a_source(lumen: Cast) -> None:
    people = make.contacts(lumen.lumen, 3)
    old = make.built(lumen, people)
    old.tasks.filter(contact=people[0]).update(state="completed")
    campaign = make.draft(lumen, hotlines=list(old.hotlines.values_list("pk", flat=True)))
    source = {"kind": "campaign", "id": old.pk, "states": ["waiting"]}
    add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[source], now=NOW)
    finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    build_tasks(campaign_id=campaign.pk, now=NOW)
    assert [task.contact_id for task in make.tasks(campaign)] == [people[1].pk, people[2].pk]


def test_the_same_number_is_kept_once_and_the_first_wins(lumen: Cast) -> None:
    first, second, third = make.contacts(lumen.lumen, 3)
    ContactNumber.objects.filter(contact__in=[second, third]).update(number="420601000000")
    campaign = make.built(lumen, [first, second, third])
    assert [task.contact_id for task in make.tasks(campaign)] == [first.pk]
    assert campaign.intake["duplicates"] == 2


def test_every_contact_that_can_not_be_called_says_why(lumen: Cast) -> None:
    fine, none, opted_out, number_off, marked, premium, other = make.contacts(lumen.lumen, 7)
    ContactNumber.objects.filter(contact=none).update(valid=False, number="", raw="call me")
    ContactNumber.objects.filter(contact=premium).update(number="420900123456")
    lumen.lumen.blocked_prefixes = ["420900"]
    lumen.lumen.save()
    make.suppress(lumen.lumen, contact=opted_out)
    make.suppress(lumen.lumen, number="420601000003")
    make.suppress(lumen.lumen, contact=marked, reason="do_not_call_again", starts_at=NOW - timedelta(days=5))
    make.suppress(lumen.lumen, contact=other, campaign_id=987_654)
    people = [fine, none, opted_out, number_off, marked, premium, other]
    campaign = make.built(lumen, people, do_not_call_again_days=7)
    said = {task.contact_id: (task.state, task.refusal, task.next_at) for task in make.tasks(campaign)}
    assert said == {
        fine.pk: ("waiting", "", None),
        none.pk: ("invalid", "invalid_number", None),
        opted_out.pk: ("excluded", "suppressed", None),
        number_off.pk: ("excluded", "suppressed", None),
        marked.pk: ("excluded", "do_not_call_again", NOW + timedelta(days=2)),
        premium.pk: ("invalid", "blocked_number", None),
        other.pk: ("waiting", "", None),
    }
    assert {name: campaign.intake[name] for name in ("added", "invalid", "excluded")} == {
        "added": 2,
        "invalid": 2,
        "excluded": 3,
    }


def test_a_mark_older_than_the_campaign_asks_for_does_not_exclude(lumen: Cast) -> None:
    (person,) = make.contacts(lumen.lumen, 1)
    make.suppress(lumen.lumen, contact=person, reason="do_not_call_again", starts_at=NOW - timedelta(days=8))
    assert make.tasks(make.built(lumen, [person], do_not_call_again_days=7))[0].state == "waiting"


def test_zero_days_make_a_mark_end_its_own_task_only(lumen: Cast) -> None:
    (person,) = make.contacts(lumen.lumen, 1)
    make.suppress(lumen.lumen, contact=person, reason="do_not_call_again", starts_at=NOW - timedelta(hours=1))
    assert make.tasks(make.built(lumen, [person], do_not_call_again_days=0))[0].state == "waiting"


def test_several_numbers_exclude_only_when_none_is_left(lumen: Cast) -> None:
    one, two = make.contacts(lumen.lumen, 2)
    for person, number in ((one, "420602000001"), (two, "420602000002")):
        ContactNumber.objects.create(organisation=lumen.lumen, contact=person, position=2, number=number)
    for number in ("420601000000", "420601000001", "420602000002"):
        make.suppress(lumen.lumen, number=number)
    campaign = make.built(lumen, [one, two], several_numbers=True)
    assert [task.state for task in make.tasks(campaign)] == ["waiting", "excluded"]


def test_the_time_zone_comes_from_contact_then_number_then_organisation(lumen: Cast) -> None:
    own, number, nothing = make.contacts(lumen.lumen, 3)
    own.time_zone = "Asia/Tokyo"
    own.save()
    ContactNumber.objects.filter(contact__in=[own, number]).update(time_zone="Asia/Ho_Chi_Minh")
    campaign = make.built(lumen, [own, number, nothing])
    assert [task.time_zone for task in make.tasks(campaign)] == ["Asia/Tokyo", "Asia/Ho_Chi_Minh", "Europe/Prague"]
    assert campaign.zones == ["Asia/Ho_Chi_Minh", "Asia/Tokyo", "Europe/Prague"]


def test_a_killed_build_goes_on_and_a_repeated_one_does_nothing(lumen: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    people = make.contacts(lumen.lumen, 10)
    campaign = make.draft(lumen)
    source = {"kind": "contacts", "ids": [person.pk for person in people]}
    add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[source], now=NOW)
    finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    module = importlib.import_module("campana.campaigns.operations.build_tasks")
    steps = []
    real = module._step

    def dies_at_third(*args: object) -> object:
        steps.append(1)
        if len(steps) == 3:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(module, "_step", dies_at_third)
    with pytest.raises(KeyboardInterrupt):
        build_tasks(campaign_id=campaign.pk, now=NOW, chunk=3)
    assert campaign.tasks.count() == 6
    build_tasks(campaign_id=campaign.pk, now=NOW, chunk=3)
    build_tasks(campaign_id=campaign.pk, now=NOW, chunk=3)
    campaign.refresh_from_db()
    assert [task.contact_id for task in make.tasks(campaign)] == [person.pk for person in people]
    assert campaign.intake["added"] == 10
    assert campaign.state == "not_approved"


def test_nobody_to_call_brings_an_exhaust_campaign_back_to_its_author(lumen: Cast) -> None:
    (person,) = make.contacts(lumen.lumen, 1)
    make.suppress(lumen.lumen, contact=person)
    campaign = make.built(lumen, [person])
    assert (campaign.state, campaign.intake["problem"]) == ("draft", "no_contacts")


def test_an_endless_campaign_may_begin_empty(lumen: Cast) -> None:
    assert make.built(lumen, [], goal="none").state == "not_approved"


def test_more_contacts_than_the_plan_allows_are_refused_with_limit_and_count(lumen: Cast) -> None:
    lumen.lumen.campaign_contacts_limit = 4
    lumen.lumen.save()
    people = make.contacts(lumen.lumen, 5)
    campaign = make.draft(lumen)
    source = {"kind": "contacts", "ids": [person.pk for person in people]}
    with pytest.raises(ContactsLimit) as refused:
        add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[source], now=NOW)
    assert refused.value.facts == {"limit": 4, "count": 5}
    assert "At most 4" in str(refused.value)


def test_the_builder_keeps_to_the_plan_when_a_group_grew_meanwhile(lumen: Cast) -> None:
    lumen.lumen.campaign_contacts_limit = 4
    lumen.lumen.save()
    people = make.contacts(lumen.lumen, 6)
    group = make.group_of(lumen.lumen, "Growing", people[:3])
    campaign = make.draft(lumen)
    add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[{"kind": "group", "id": group.pk}], now=NOW)
    finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    from campana.crm.models import ContactGroupMember

    for person in people[3:]:
        ContactGroupMember.objects.create(organisation=lumen.lumen, group=group, contact=person)
    build_tasks(campaign_id=campaign.pk, now=NOW)
    campaign.refresh_from_db()
    assert campaign.tasks.count() == 4
    assert campaign.intake["over_limit"] == 2


def test_contacts_added_to_a_live_campaign_ring_the_engine(lumen: Cast) -> None:
    people = make.contacts(lumen.lumen, 2)
    campaign = make.in_state(make.approved(lumen, people[:1]), "running")
    Message.objects.all().delete()
    source = {"kind": "contacts", "ids": [people[1].pk]}
    add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[source], now=NOW)
    build_tasks(campaign_id=campaign.pk, now=NOW)
    assert campaign.tasks.count() == 2
    assert Message.objects.filter(kind="tasks", payload__campaign=campaign.pk).count() == 1


def test_items_are_answered_one_by_one_and_twice_alike(lumen: Cast) -> None:
    one, two = make.contacts(lumen.lumen, 2)
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1, first=420_605_000_000)), "running")
    items = [
        {"contact_id": one.pk, "external_id": "x1", "priority": 1},
        {"contact_id": two.pk, "not_before": "2030-01-08T09:00:00Z"},
        {"contact_id": 999_999_999},
        {"contact_id": two.pk},
    ]
    first = add_tasks(campaign=campaign, actor=actor(lumen.carol), items=items, now=NOW)
    assert [answer.created for answer in first] == [True, True, False, False]
    assert isinstance(first[2].refused, NotFound)
    assert first[3].task == first[1].task
    again = add_tasks(campaign=campaign, actor=actor(lumen.carol), items=items, now=NOW)
    assert [answer.created for answer in again] == [False] * 4
    assert [answer.task for answer in again] == [answer.task for answer in first]
    urgent, planned = first[0].task, first[1].task
    assert urgent
    assert planned
    urgent.refresh_from_db()
    assert urgent.rank == ranks.rank(priority=1, retry=False)
    assert (urgent.external_id, urgent.state) == ("x1", "waiting")
    planned.refresh_from_db()
    assert (planned.state, planned.next_at) == ("planned", NOW.replace(day=8))


def test_an_item_whose_number_is_there_names_the_task(lumen: Cast) -> None:
    one, two = make.contacts(lumen.lumen, 2)
    ContactNumber.objects.filter(contact=two).update(number="420601000000")
    campaign = make.approved(lumen, [one])
    (answer,) = add_tasks(campaign=campaign, actor=actor(lumen.carol), items=[{"contact_id": two.pk}], now=NOW)
    assert isinstance(answer.refused, DuplicateNumber)
    assert answer.refused.facts == {"task": make.tasks(campaign)[0].pk}


def test_a_finished_campaign_takes_no_more(lumen: Cast) -> None:
    people = make.contacts(lumen.lumen, 2)
    campaign = make.in_state(make.approved(lumen, people[:1]), "finished")
    with pytest.raises(IsFinished):
        add_tasks(campaign=campaign, actor=actor(lumen.carol), items=[{"contact_id": people[1].pk}], now=NOW)


def test_only_tasks_whose_dialling_has_not_begun_are_removed(lumen: Cast) -> None:
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 4)), "running")
    ids = [task.pk for task in make.tasks(campaign)]
    campaign.tasks.filter(pk=ids[0]).update(attempts=1)
    campaign.tasks.filter(pk=ids[1]).update(state="reserved")
    done = remove_tasks(campaign=campaign, actor=actor(lumen.carol), task_ids=ids, now=NOW)
    assert (done.removed, done.kept) == (ids[2:], ids[:2])
    assert campaign.tasks.count() == 2


def test_dialling_one_contact_is_stopped_unless_it_is_in_a_call(lumen: Cast) -> None:
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 2))
    one, two = make.tasks(campaign)
    assert stop_task(task_id=one.pk, actor=actor(lumen.carol), now=NOW).state == "stopped"
    campaign.tasks.filter(pk=two.pk).update(state="in_call")
    with pytest.raises(TaskInCall):
        stop_task(task_id=two.pk, actor=actor(lumen.carol), now=NOW)


def test_another_organisations_contacts_are_no_source(lumen: Cast) -> None:
    from campana.campaigns.validation.source import UnknownSource
    from campana.tenancy import system_scope

    with system_scope():
        foreign = make.contacts(lumen.other, 1)[0]
    campaign = make.draft(lumen)
    with system_scope(), pytest.raises(UnknownSource):
        add_sources(
            campaign=campaign,
            actor=actor(lumen.carol),
            sources=[{"kind": "contacts", "ids": [foreign.pk]}],
            now=NOW,
        )
    assert Campaign.objects.get(pk=campaign.pk).tasks_to_build == []


def test_a_saved_filter_is_a_source(lumen: Cast) -> None:
    from campana.crm.models import SavedFilter

    ann, _bob = make.contacts(lumen.lumen, 2)
    ann.company = "Lumen Glass"
    ann.save()
    condition = {"field": "company", "op": "contains", "value": "glass"}
    saved = SavedFilter.objects.create(organisation=lumen.lumen, name="Glass", condition=condition, created_at=NOW)
    campaign = make.draft(lumen)
    add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[{"kind": "filter", "id": saved.pk}], now=NOW)
    finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    build_tasks(campaign_id=campaign.pk, now=NOW)
    assert [task.contact_id for task in make.tasks(campaign)] == [ann.pk]


def imported_file(lumen: Cast, **fields: Any) -> ContactImport:
    return ContactImport.objects.create(
        organisation=lumen.lumen, file_name="list.csv", path="x", created_at=NOW, **{"state": "finished", **fields}
    )


def test_the_rows_of_a_file_bring_their_priority_time_and_agent(lumen: Cast) -> None:
    one, two = make.contacts(lumen.lumen, 2)
    file = imported_file(lumen)
    ImportEntry.objects.create(
        organisation=lumen.lumen, imported=file, contact=one, row=2, not_before=NOW + timedelta(hours=2)
    )
    ImportEntry.objects.create(
        organisation=lumen.lumen, imported=file, contact=two, row=1, priority=3, preferred_agent_id=lumen.bob_agent.pk
    )
    campaign = make.draft(lumen)
    add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[{"kind": "import", "id": file.pk}], now=NOW)
    finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    build_tasks(campaign_id=campaign.pk, now=NOW, chunk=1)
    found = {task.contact_id: task for task in make.tasks(campaign)}
    assert (found[one.pk].state, found[one.pk].next_at) == ("planned", NOW + timedelta(hours=2))
    assert found[two.pk].rank == ranks.rank(priority=3, retry=False)
    assert (found[two.pk].preferred_agent, found[two.pk].anyone_at) == (lumen.bob_agent, NOW)


def test_a_file_still_being_read_keeps_the_campaign_processing(lumen: Cast) -> None:
    (person,) = make.contacts(lumen.lumen, 1)
    file = imported_file(lumen, state="running")
    campaign = make.draft(lumen)
    add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[{"kind": "import", "id": file.pk}], now=NOW)
    finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    assert build_tasks(campaign_id=campaign.pk, now=NOW) == "wait"
    ImportEntry.objects.create(organisation=lumen.lumen, imported=file, contact=person, row=1)
    ContactImport.objects.update(state="finished")
    assert build_tasks(campaign_id=campaign.pk, now=NOW) == "done"
    assert campaign.tasks.count() == 1


def test_a_file_given_to_a_campaign_becomes_its_tasks_batch_by_batch(lumen: Cast) -> None:
    from django.db import connection

    from campana.crm.imports.sinks import campaign_sink

    one, two = make.contacts(lumen.lumen, 2)
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1, first=420_605_000_000)), "running")
    sink, file = campaign_sink(), imported_file(lumen, state="running", campaign_id=campaign.pk)
    assert sink
    run = sink.begin(file)
    assert run.capacity() == 9_999
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE import_ready (row int, contact_id bigint, number text, time_zone text,"
            " suppressed bool, existing bool, priority smallint, not_before timestamptz, not_after timestamptz,"
            " preferred_agent bigint)"
        )
        cursor.execute(
            "INSERT INTO import_ready VALUES (1, %s, '420605000002', 'Asia/Tokyo', false, false, 2, NULL, NULL, NULL),"
            " (2, %s, '', '', false, true, NULL, NULL, NULL, NULL)",
            [two.pk, one.pk],
        )
    run.take(NOW)
    assert run.capacity() == 9_997
    _old, first, second = make.tasks(campaign)
    assert [(task.contact_id, task.time_zone, task.priority) for task in (first, second)] == [
        (two.pk, "Asia/Tokyo", 2),
        (one.pk, "Europe/Prague", None),
    ]
    assert sink.agents(lumen.lumen.pk)["alice"] == lumen.alice_agent.pk
    make.in_state(campaign, "finished")
    with pytest.raises(IsFinished):
        run.capacity()


def test_an_item_with_numbers_is_found_in_the_directory_or_made(lumen: Cast) -> None:
    (known,) = make.contacts(lumen.lumen, 1)
    campaign = make.built(lumen, [], goal="none")
    items = [
        {"phones": ["+420 601 000 000"], "name": "Somebody else"},
        {"phones": ["84901234567"], "name": "An", "external_id": "x1", "priority": 1},
        {"phones": ["call me"]},
    ]
    first = add_tasks(campaign=campaign, actor=actor(lumen.carol), items=items, now=NOW)
    assert first[0].task
    assert first[0].task.contact == known
    assert first[1].task
    assert (first[1].task.contact.name, first[1].task.number) == ("An", "84901234567")
    assert first[2].refused
    assert first[2].refused.field == "phones"
    again = add_tasks(campaign=campaign, actor=actor(lumen.carol), items=items, now=NOW)
    assert [answer.task for answer in again] == [answer.task for answer in first]


def test_one_external_id_twice_in_a_request_is_one_task(lumen: Cast) -> None:
    campaign, (one, two) = make.draft(lumen), make.contacts(lumen.lumen, 2)
    items = [{"contact_id": one.pk, "external_id": "X"}, {"contact_id": two.pk, "external_id": "X"}]
    first, second = add_tasks(campaign=campaign, actor=actor(lumen.carol), items=items, now=NOW)
    assert (first.created, second.created, second.task) == (True, False, first.task)
