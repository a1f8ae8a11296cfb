"""Two people on two connections at once: one wins, the other hears why not, nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from campana.accounts.models import AuditEntry
from campana.campaigns.models import Approval, Campaign
from campana.campaigns.operations import (
    Selection,
    add_sources,
    add_tasks,
    approve_campaign,
    build_tasks,
    change_campaign,
    finish_campaign,
    finish_draft,
    pause_campaign,
    reject_campaign,
    reopen_campaign,
)
from campana.kernel.refusals import Refused
from campana.tenancy import organisation_scope
from support import campaigns as make
from support.cast import NOW, Cast, actor, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lumen(transactional_db: None) -> Cast:
    return make_cast()


def at_once(cast: Cast, *acts: Callable[[], Any]) -> list[str]:
    """Each act on a connection of its own, begun together; "done" or the code of the refusal, sorted."""
    begin = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        try:
            with organisation_scope(cast.lumen.pk):
                begin.wait()
                act()
                return "done"
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_two_managers_approve_at_once_and_one_does(lumen: Cast) -> None:
    with organisation_scope(lumen.lumen.pk):
        campaign, ada = make.built(lumen, make.contacts(lumen.lumen, 1)), actor(lumen.ada)
    said = at_once(lumen, *[lambda: approve_campaign(campaign=campaign, actor=ada, now=NOW)] * 2)
    assert said == ["campaign_is_scheduled", "done"]
    with organisation_scope(lumen.lumen.pk):
        assert Approval.objects.count() == 1


def test_approving_and_rejecting_at_once_ends_in_one_of_them(lumen: Cast) -> None:
    with organisation_scope(lumen.lumen.pk):
        campaign, ada = make.built(lumen, make.contacts(lumen.lumen, 1)), actor(lumen.ada)
    said = at_once(
        lumen,
        lambda: approve_campaign(campaign=campaign, actor=ada, now=NOW),
        lambda: reject_campaign(campaign=campaign, actor=ada, now=NOW),
    )
    assert said in (["campaign_is_scheduled", "done"], ["campaign_is_draft", "done"])
    with organisation_scope(lumen.lumen.pk):
        assert Approval.objects.count() == 1


def test_a_double_click_on_pause_is_one_pause(lumen: Cast) -> None:
    with organisation_scope(lumen.lumen.pk):
        campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1)), "running")
        carol = actor(lumen.carol)
    said = at_once(lumen, *[lambda: pause_campaign(campaign=campaign, actor=carol, now=NOW)] * 2)
    assert said == ["already_asked", "done"]
    with organisation_scope(lumen.lumen.pk):
        assert AuditEntry.objects.filter(action="campaign.pause").count() == 1


def test_pausing_while_somebody_finishes_never_takes_the_finish_back(lumen: Cast) -> None:
    with organisation_scope(lumen.lumen.pk):
        campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1)), "running")
        carol = actor(lumen.carol)
    said = at_once(
        lumen,
        lambda: pause_campaign(campaign=campaign, actor=carol, now=NOW),
        lambda: finish_campaign(campaign=campaign, actor=carol, now=NOW),
    )
    assert said in (["campaign_finishing", "done"], ["done", "done"])
    with organisation_scope(lumen.lumen.pk):
        assert Campaign.objects.get(pk=campaign.pk).wanted == "finish"


def test_two_edits_of_the_same_version_are_one_edit(lumen: Cast) -> None:
    with organisation_scope(lumen.lumen.pk):
        campaign, carol = make.draft(lumen), actor(lumen.carol)
    said = at_once(
        lumen,
        *[
            lambda wrap_up=wrap_up: change_campaign(
                campaign=campaign, actor=carol, values={"wrap_up": wrap_up}, version=campaign.version, now=NOW
            )
            for wrap_up in (20, 30)
        ],
    )
    assert said == ["done", "stale_version"]


def test_two_builders_at_once_make_each_task_once(lumen: Cast) -> None:
    with organisation_scope(lumen.lumen.pk):
        people, campaign = make.contacts(lumen.lumen, 200), make.draft(lumen)
        source = {"kind": "contacts", "ids": [person.pk for person in people]}
        add_sources(campaign=campaign, actor=actor(lumen.carol), sources=[source], now=NOW)
        finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW)
    said = at_once(lumen, *[lambda: build_tasks(campaign_id=campaign.pk, now=NOW, chunk=7)] * 3)
    assert said == ["done"] * 3
    with organisation_scope(lumen.lumen.pk):
        campaign.refresh_from_db()
        assert [task.contact_id for task in make.tasks(campaign)] == [person.pk for person in people]
        assert campaign.intake["added"] == 200
        assert campaign.state == "not_approved"


def test_the_same_items_sent_twice_at_once_make_each_task_once(lumen: Cast) -> None:
    with organisation_scope(lumen.lumen.pk):
        people = make.contacts(lumen.lumen, 20)
        campaign, carol = make.approved(lumen, make.contacts(lumen.lumen, 1, first=420_605_000_000)), actor(lumen.carol)
    items = [{"contact_id": person.pk, "external_id": f"x{person.pk}"} for person in people]
    said = at_once(lumen, *[lambda: add_tasks(campaign=campaign, actor=carol, items=items, now=NOW)] * 3)
    assert said == ["done"] * 3
    with organisation_scope(lumen.lumen.pk):
        assert campaign.tasks.count() == 21


def test_two_campaigns_can_not_both_be_the_last_one_allowed(lumen: Cast) -> None:
    with organisation_scope(lumen.lumen.pk):
        lumen.lumen.campaigns_limit = 1
        lumen.lumen.save()
        lumen.carol.refresh_from_db()
        carol = actor(lumen.carol)
        number = make.hotline(lumen.lumen)
        drafts = [make.draft(lumen, goal="none", hotlines=[number.pk], name=name) for name in ("A", "B")]
    said = at_once(
        lumen,
        *[lambda row=row: finish_draft(campaign=row, actor=carol, now=NOW + timedelta(seconds=1)) for row in drafts],
    )
    assert said == ["campaigns_limit", "done"]


def test_two_people_who_return_contacts_at_once_do_so_once(lumen: Cast) -> None:
    with organisation_scope(lumen.lumen.pk):
        campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 2)), "finished")
        people = actor(lumen.carol), actor(lumen.ada)

    def again(who: Any, how: Any) -> Callable[[], Any]:
        return lambda: reopen_campaign(campaign=campaign, actor=who, how=how, selection=Selection(), now=NOW)

    assert at_once(lumen, again(people[0], "return"), again(people[1], "restart")) == ["campaign_is_scheduled", "done"]
    with organisation_scope(lumen.lumen.pk):
        campaign.refresh_from_db()
        assert campaign.reopened == 1


def test_returning_and_archiving_at_once_ends_one_way(lumen: Cast) -> None:
    from campana.campaigns.operations import archive_campaign

    with organisation_scope(lumen.lumen.pk):
        campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1)), "finished")
        carol = actor(lumen.carol)
    said = at_once(
        lumen,
        lambda: reopen_campaign(campaign=campaign, actor=carol, how="return", selection=Selection(), now=NOW),
        lambda: archive_campaign(campaign=campaign, actor=carol, now=NOW),
    )
    assert said in (["campaign_archived", "done"], ["campaign_is_scheduled", "done"])
