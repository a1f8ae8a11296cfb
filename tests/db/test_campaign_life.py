"""A campaign's life by people: created, approved, run, edited, put away; every no has its code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from campana.accounts.models import AuditEntry
from campana.campaigns.models import Approval, Campaign
from campana.campaigns.operations import (
    approve_campaign,
    archive_campaign,
    change_campaign,
    create_campaign,
    delete_campaign,
    finish_campaign,
    finish_draft,
    pause_campaign,
    reject_campaign,
    start_campaign,
    stop_campaign,
    withdraw_approval,
)
from campana.campaigns.operations.approve import ApproverIsAuthor
from campana.campaigns.operations.finish_draft import CampaignsLimit
from campana.campaigns.operations.lock import Stale
from campana.campaigns.transitions import AlreadyWanted, Finishing, IsNotApproved, IsScheduled
from campana.campaigns.validation import problems, warnings
from campana.kernel.refusals import Invalid, Invalids, NotAllowed, NotFound
from campana.relay.models import Message
from campana.tenancy import organisation_scope
from campana.workforce.models import Agent, AgentGroup, AgentGroupMember, WorkingHours
from support import campaigns as make
from support.cast import NOW, Cast, actor, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def wrong(refused: pytest.ExceptionInfo[Invalids]) -> dict[str | None, str]:
    return {problem.field: problem.code for problem in refused.value.problems}


def test_a_draft_begins_with_the_defaults_and_its_author(lumen: Cast) -> None:
    campaign = create_campaign(actor=actor(lumen.carol), values={"name": "Spring offer"}, now=NOW)
    assert (campaign.state, campaign.mode, campaign.max_attempts) == ("draft", "progressive", 3)
    assert (campaign.author, campaign.start_at) == (lumen.carol, NOW)


def test_every_wrong_setting_is_named_at_once(lumen: Cast) -> None:
    values = {
        "name": " ",
        "mode": "simultaneous",
        "answer_wait": 25,
        "coefficient": 11,
        "max_attempts": 0,
        "retries": {"busy": {"attempts": 11, "wait": 600}},
        "hours": [[0, 600, 500]],
        "end_at": "2030-01-01T00:00:00Z",
        "start_at": "2029-12-01T00:00:00",
        "hotlines": [123456],
        "colour": "red",
    }
    with pytest.raises(Invalids) as refused:
        create_campaign(actor=actor(lumen.carol), values=values, now=NOW)
    assert wrong(refused) == {
        "name": "required",
        "mode": "mode_not_offered",
        "answer_wait": "not_a_choice",
        "coefficient": "out_of_range",
        "max_attempts": "out_of_range",
        "retries.busy": "bad_retry",
        "hours": "bad_hours",
        "end_at": "end_in_past",
        "start_at": "not_a_time",
        "hotlines": "unknown_reference",
        "colour": "unknown_setting",
    }


def test_typed_hours_are_merged_and_may_have_minutes(lumen: Cast) -> None:
    campaign = make.draft(lumen, hours={"0": "9-12, 11:30-12:30, 14:00–18:00", "5": "08:30-11:45"})
    assert campaign.hours == [[0, 540, 750], [0, 840, 1080], [5, 510, 705]]


def test_an_incomplete_draft_says_everything_that_is_missing(lumen: Cast) -> None:
    campaign = create_campaign(actor=actor(lumen.carol), values={"name": "Bare"}, now=NOW)
    with pytest.raises(Invalids) as refused:
        finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    assert wrong(refused) == {"contacts": "no_contacts", "hotlines": "no_hotline", "agents": "no_agents"}


def test_profile_and_grid_without_a_common_minute_are_refused(lumen: Cast) -> None:
    profile = WorkingHours.objects.create(organisation=lumen.lumen, name="Mornings", periods=[[0, 480, 720]])
    campaign = make.draft(lumen, working_hours=profile.pk, hours={"1": "9-12"})
    assert [problem.code for problem in problems(campaign, now=NOW)] == ["no_common_hours", "no_contacts"]


def test_random_caller_id_needs_two_hotlines_and_single_takes_one(lumen: Cast) -> None:
    one, two = make.hotline(lumen.lumen, "420800000001"), make.hotline(lumen.lumen, "420800000002")
    codes = {}
    for policy, chosen in (
        ("random_chosen", [one.pk]),
        ("single", [one.pk, two.pk]),
        ("random_chosen", [one.pk, two.pk]),
    ):
        campaign = make.draft(lumen, caller_id=policy, hotlines=chosen)
        codes[policy, len(chosen)] = [
            problem.code for problem in problems(campaign, now=NOW) if problem.field == "hotlines"
        ]
    assert codes == {
        ("random_chosen", 1): ["too_few_hotlines"],
        ("single", 2): ["one_hotline_only"],
        ("random_chosen", 2): [],
    }


def test_the_review_warns_of_what_may_surprise(lumen: Cast) -> None:
    lumen.lumen.frequency_cap = 2
    lumen.lumen.save()
    campaign = make.draft(lumen, max_wait=20, agent_ring=30, max_attempts=5, gap=60)
    codes = {warning.code for warning in warnings(campaign)}
    assert codes == {"night_calls", "no_second_agent", "no_end", "frequency_cap"}
    assert "at most 2 times" in " ".join(warning.detail for warning in warnings(campaign))
    quiet = make.draft(lumen, hotlines=[], hours="9-17", name="Other")
    assert "night_calls" not in {warning.code for warning in warnings(quiet)}


def test_a_plan_of_fifty_counts_distinct_people_of_agents_and_groups(lumen: Cast) -> None:
    lumen.lumen.campaign_agents_limit = 2
    lumen.lumen.save()
    eva = Agent.objects.create(organisation=lumen.lumen, user=person(lumen.lumen, "Eva", "operator"))
    group = AgentGroup.objects.create(organisation=lumen.lumen, name="Sales")
    for agent in (lumen.alice_agent, lumen.bob_agent):
        AgentGroupMember.objects.create(organisation=lumen.lumen, group=group, agent=agent)
    campaign = make.draft(lumen)
    carol = actor(lumen.carol)
    change_campaign(campaign=campaign, actor=carol, values={"groups": [group.pk]}, version=None, now=NOW)
    with pytest.raises(Invalids) as refused:
        change_campaign(campaign=campaign, actor=carol, values={"agents": [eva.pk]}, version=None, now=NOW)
    assert refused.value.problems[0].facts == {"limit": 2, "count": 3}


def test_one_campaign_too_many_names_limit_count_and_remedy(lumen: Cast) -> None:
    lumen.lumen.campaigns_limit = 1
    lumen.lumen.save()
    make.built(lumen, make.contacts(lumen.lumen, 1))
    with pytest.raises(CampaignsLimit) as refused:
        make.built(lumen, [], goal="none", hotlines=[make.hotline(lumen.lumen, "420800000009").pk])
    assert refused.value.facts == {"limit": 1, "count": 1}
    assert "Archive" in str(refused.value)


def test_approval_is_written_down_and_rings_the_engine(lumen: Cast) -> None:
    campaign = make.built(lumen, make.contacts(lumen.lumen, 1))
    Message.objects.all().delete()
    approve_campaign(campaign=campaign, actor=actor(lumen.ada), now=NOW, comment="Go")
    campaign.refresh_from_db()
    assert (campaign.state, campaign.wanted) == ("scheduled", "")
    assert list(Approval.objects.values_list("approved", "by", "comment")) == [(True, lumen.ada.pk, "Go")]
    assert [message.payload for message in Message.objects.filter(kind="campaign")] == [{"id": campaign.pk}]
    assert AuditEntry.objects.filter(action="campaign.approve", user=lumen.ada).count() == 1


@pytest.mark.parametrize(
    ("start_now", "expected"), [(None, ("", "automatic")), (True, ("run", "automatic")), (False, ("", "manual"))]
)
def test_start_now_is_answered_with_the_approval(
    lumen: Cast, start_now: bool | None, expected: tuple[str, str]
) -> None:
    campaign = make.built(lumen, make.contacts(lumen.lumen, 1))
    campaign = approve_campaign(campaign=campaign, actor=actor(lumen.ada), now=NOW, start_now=start_now)
    assert (campaign.wanted, campaign.start_kind) == expected


def test_approving_only_before_the_start_leaves_the_start_automatic(lumen: Cast) -> None:
    campaign = make.built(lumen, make.contacts(lumen.lumen, 1), start_at=NOW + timedelta(days=2))
    campaign = approve_campaign(campaign=campaign, actor=actor(lumen.ada), now=NOW, start_now=False)
    assert campaign.start_kind == "automatic"


def test_a_supervisor_approves_only_where_the_organisation_allows_it(lumen: Cast) -> None:
    campaign = make.built(lumen, make.contacts(lumen.lumen, 1))
    with pytest.raises(NotAllowed):
        approve_campaign(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    lumen.lumen.supervisors_approve = True
    lumen.lumen.save()
    lumen.carol.refresh_from_db()
    assert approve_campaign(campaign=campaign, actor=actor(lumen.carol), now=NOW).state == "scheduled"


def test_four_eyes_refuse_the_author(lumen: Cast) -> None:
    lumen.lumen.approver_is_not_author = True
    lumen.lumen.save()
    lumen.ada.refresh_from_db()
    campaign = make.built(lumen, make.contacts(lumen.lumen, 1))
    Campaign.objects.filter(pk=campaign.pk).update(author=lumen.ada)
    campaign.refresh_from_db()
    with pytest.raises(ApproverIsAuthor):
        approve_campaign(campaign=campaign, actor=actor(lumen.ada), now=NOW)


def test_create_and_approve_goes_straight_to_the_schedule(lumen: Cast) -> None:
    from campana.campaigns.operations import add_sources, build_tasks

    campaign = make.draft(lumen)
    ids = [contact.pk for contact in make.contacts(lumen.lumen, 1)]
    add_sources(campaign=campaign, actor=actor(lumen.ada), sources=[{"kind": "contacts", "ids": ids}], now=NOW)
    finish_draft(campaign=campaign, actor=actor(lumen.ada), now=NOW, approve=True, start_now=True)
    build_tasks(campaign_id=campaign.pk, now=NOW)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.wanted) == ("scheduled", "run")


def test_a_rejected_campaign_is_a_draft_again_and_needs_a_new_approval(lumen: Cast) -> None:
    campaign = make.built(lumen, make.contacts(lumen.lumen, 1))
    reject_campaign(campaign=campaign, actor=actor(lumen.ada), now=NOW, comment="Wrong list")
    campaign.refresh_from_db()
    assert campaign.state == "draft"
    from campana.campaigns.operations import build_tasks

    finish_draft(campaign=campaign, actor=actor(lumen.carol), now=make.LATER)
    build_tasks(campaign_id=campaign.pk, now=make.LATER)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.tasks.count()) == ("not_approved", 1)


def test_an_approval_is_withdrawn_before_the_first_call(lumen: Cast) -> None:
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1))
    with pytest.raises(IsScheduled):
        reject_campaign(campaign=campaign, actor=actor(lumen.ada), now=NOW)
    assert withdraw_approval(campaign=campaign, actor=actor(lumen.ada), now=NOW).state == "draft"


def test_no_approval_after_the_end(lumen: Cast) -> None:
    campaign = make.built(lumen, make.contacts(lumen.lumen, 1), end_at=NOW + timedelta(hours=1))
    with pytest.raises(Invalid) as refused:
        approve_campaign(campaign=campaign, actor=actor(lumen.ada), now=NOW + timedelta(hours=2))
    assert refused.value.code == "end_in_past"


def test_wishes_are_left_for_the_engine_with_a_new_version(lumen: Cast) -> None:
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1)), "running")
    carol, versions = actor(lumen.carol), [campaign.version]
    for wish, left in ((pause_campaign, "pause"), (start_campaign, "run"), (finish_campaign, "finish")):
        row = wish(campaign=campaign, actor=carol, now=NOW)
        assert (row.wanted, row.state) == (left, "running")
        versions.append(row.version)
    assert versions == sorted(set(versions))
    with pytest.raises(Finishing):
        pause_campaign(campaign=campaign, actor=carol, now=NOW)
    with pytest.raises(AlreadyWanted):
        finish_campaign(campaign=campaign, actor=carol, now=NOW)


def test_stopping_at_once_posts_its_own_message_first(lumen: Cast) -> None:
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1)), "running")
    Message.objects.all().delete()
    stop_campaign(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    kinds = list(Message.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["campaign_stop", "campaign"]
    campaign.refresh_from_db()
    assert campaign.wanted == "pause"


def test_a_campaign_that_is_not_approved_is_not_started(lumen: Cast) -> None:
    campaign = make.built(lumen, make.contacts(lumen.lumen, 1))
    with pytest.raises(IsNotApproved):
        start_campaign(campaign=campaign, actor=actor(lumen.carol), now=NOW)


def test_a_campaign_that_lost_its_hotline_is_not_started_with_another(lumen: Cast) -> None:
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1))
    campaign.hotlines.update(enabled=False)
    with pytest.raises(Invalids) as refused:
        start_campaign(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    assert wrong(refused) == {"hotlines": "hotline_disabled"}


def test_an_edit_against_an_older_version_is_refused_and_changes_nothing(lumen: Cast) -> None:
    campaign = make.draft(lumen)
    carol = actor(lumen.carol)
    change_campaign(campaign=campaign, actor=carol, values={"wrap_up": 20}, version=campaign.version, now=NOW)
    with pytest.raises(Stale):
        change_campaign(campaign=campaign, actor=carol, values={"wrap_up": 30}, version=campaign.version, now=NOW)
    campaign.refresh_from_db()
    assert campaign.wrap_up == 20


def test_what_may_be_edited_while_running_is_audited_and_rings_the_engine(lumen: Cast) -> None:
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1)), "running")
    Message.objects.all().delete()
    carol = actor(lumen.carol)
    values = {"priority": 5, "wrap_up": 30, "agents": [lumen.alice_agent.pk, lumen.bob_agent.pk]}
    change_campaign(campaign=campaign, actor=carol, values=values, version=None, now=NOW)
    assert sorted(Message.objects.values_list("kind", flat=True)) == ["agents", "campaign"]
    entry = AuditEntry.objects.get(action="campaign.change")
    assert entry.before == {"priority": None, "wrap_up": 15, "agents": [lumen.alice_agent.pk]}
    assert entry.after == values
    with pytest.raises(Invalids) as refused:
        change_campaign(campaign=campaign, actor=carol, values={"mode": "preview"}, version=None, now=NOW)
    assert wrong(refused) == {"mode": "locked"}


def test_a_running_campaign_can_not_be_edited_into_an_incomplete_one(lumen: Cast) -> None:
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1)), "running")
    with pytest.raises(Invalids) as refused:
        change_campaign(
            campaign=campaign, actor=actor(lumen.carol), values={"hotlines": [], "agents": []}, version=None, now=NOW
        )
    assert wrong(refused) == {"hotlines": "no_hotline", "agents": "no_agents"}
    assert campaign.agents.count() == 1


def test_another_number_before_the_first_call_asks_for_approval_again(lumen: Cast) -> None:
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1))
    other = make.hotline(lumen.lumen, "420800000007")
    row = change_campaign(
        campaign=campaign, actor=actor(lumen.carol), values={"hotlines": [other.pk]}, version=None, now=NOW
    )
    assert row.state == "not_approved"


def test_operators_can_do_none_of_it(lumen: Cast) -> None:
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1))
    alice = actor(lumen.alice)
    for act in (approve_campaign, start_campaign, pause_campaign, finish_campaign, stop_campaign, delete_campaign):
        with pytest.raises(NotAllowed):
            act(campaign=campaign, actor=alice, now=NOW)
    with pytest.raises(NotAllowed):
        create_campaign(actor=alice, values={"name": "Mine"}, now=NOW)


def test_a_campaign_of_another_organisation_is_not_there(lumen: Cast) -> None:
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1))
    with pytest.raises(NotFound):
        pause_campaign(campaign=campaign, actor=actor(lumen.dave), now=NOW)


def test_a_campaign_that_never_dialled_is_deleted_and_a_finished_one_archived(lumen: Cast) -> None:
    people = make.contacts(lumen.lumen, 2)
    fresh, done = (
        make.approved(lumen, people[:1]),
        make.built(lumen, people[1:], hotlines=[make.hotline(lumen.lumen, "420800000008").pk]),
    )
    delete_campaign(campaign=fresh, actor=actor(lumen.carol), now=NOW)
    assert not Campaign.objects.filter(pk=fresh.pk).exists()
    make.in_state(done, "finished")
    delete_campaign(campaign=done, actor=actor(lumen.carol), now=NOW)
    done.refresh_from_db()
    assert done.state == "archived"
    assert done.tasks.count() == 1


def test_archiving_is_for_finished_campaigns(lumen: Cast) -> None:
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1)), "finished")
    assert archive_campaign(campaign=campaign, actor=actor(lumen.carol), now=NOW).state == "archived"
