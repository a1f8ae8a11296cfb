"""Figures of a draft's contacts: exact at once where that is quick, else kept with their moment, never silently old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from campana.campaigns.models import Campaign, Judgement
from campana.campaigns.operations import add_sources, count_and_keep, look
from campana.campaigns.queries import judged
from campana.campaigns.queries.intake import brought
from campana.crm.models import SavedFilter
from campana.kernel.clock import utc_now
from campana.tenancy import organisation_scope
from support import campaigns as make
from support.cast import NOW, Cast, actor, sign_in
from support.jobs import do_waiting

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


@pytest.fixture
def campaign(lumen: Cast) -> Campaign:
    """A draft of four people, one of whom may not be called."""
    people = make.contacts(lumen.lumen, 4)
    make.suppress(lumen.lumen, contact=people[0])
    group = make.group_of(lumen.lumen, "All", people)
    source = {"kind": "group", "id": group.pk}
    return add_sources(campaign=make.draft(lumen), actor=actor(lumen.carol), sources=[source], now=NOW)


@pytest.fixture
def heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judged, "LIGHT", 0.0)


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="campaigns.judge", status="todo").count()


def test_few_contacts_are_judged_at_once_and_nothing_is_kept(campaign: Campaign) -> None:
    told = look(campaign=campaign, now=NOW)
    assert (told.count, told.at, told.kept, told.counting) == (4, NOW, False, False)
    assert not Judgement.objects.exists()
    assert jobs() == 0


@pytest.mark.usefixtures("heavy")
def test_many_are_counted_by_one_job_however_many_look(campaign: Campaign) -> None:
    assert look(campaign=campaign, now=NOW).at is None
    told = look(campaign=campaign, now=NOW)
    assert (told.at, told.counting, jobs()) == (None, True, 1)
    count_and_keep(campaign_id=campaign.pk, now=NOW)
    told = look(campaign=campaign, now=NOW)
    assert (told.count, told.at, told.kept, told.counting) == (4, NOW, True, False)
    assert [(one.given, one.callable, one.suppressed) for one in brought(told)] == [(4, 3, 1)]


@pytest.mark.usefixtures("heavy")
def test_old_figures_are_shown_with_their_moment_while_they_are_counted_anew(campaign: Campaign, lumen: Cast) -> None:
    look(campaign=campaign, now=NOW)
    count_and_keep(campaign_id=campaign.pk, now=NOW)
    make.suppress(lumen.lumen, number=campaign.organisation.contact_set.first().numbers.get().number)
    told = look(campaign=campaign, now=LATER)
    assert (told.count, told.at, told.counting) == (4, NOW, True)
    count_and_keep(campaign_id=campaign.pk, now=LATER)
    told = look(campaign=campaign, now=LATER)
    assert (told.at, told.counting) == (LATER, False)


@pytest.mark.usefixtures("heavy")
@pytest.mark.parametrize("change", ["rule", "source", "filter"])
def test_figures_of_other_sources_or_rules_are_never_shown(campaign: Campaign, lumen: Cast, change: str) -> None:
    saved = SavedFilter.objects.create(organisation=lumen.lumen, name="All", condition={"all": []}, created_at=NOW)
    campaign.tasks_to_build = [*campaign.tasks_to_build, {"kind": "filter", "id": saved.pk}]
    campaign.save()
    look(campaign=campaign, now=NOW)
    count_and_keep(campaign_id=campaign.pk, now=NOW)
    assert look(campaign=campaign, now=NOW).at == NOW
    if change == "rule":
        campaign.several_numbers = True
    elif change == "source":
        campaign.tasks_to_build = campaign.tasks_to_build[:1]
    else:
        SavedFilter.objects.update(condition={"field": "name", "op": "is", "value": "x"})
    assert look(campaign=campaign, now=NOW).at is None


@pytest.mark.usefixtures("heavy")
def test_a_job_that_was_lost_is_asked_for_again(campaign: Campaign) -> None:
    look(campaign=campaign, now=NOW)
    look(campaign=campaign, now=NOW + timedelta(minutes=9))
    assert jobs() == 1
    look(campaign=campaign, now=NOW + timedelta(minutes=11))
    assert jobs() == 2


@pytest.mark.usefixtures("heavy")
@pytest.mark.parametrize(("page", "region"), [("contacts", "chosen"), ("review", "before")])
def test_the_page_says_that_it_counts_and_then_when_it_counted(
    campaign: Campaign, lumen: Cast, client: Client, page: str, region: str
) -> None:
    do_waiting()  # what others left
    sign_in(client, lumen.carol)
    address = f"/campaigns/{campaign.pk}/settings/{page}"
    first = client.get(address).content.decode()
    assert "The contacts are being counted." in first
    assert f'id="{region}" hx-get="{address}" hx-trigger="every 1s"' in first
    assert client.get(address, headers={"HX-Request": "true", "HX-Target": region}).status_code == 204
    assert do_waiting() == 1
    answer = client.get(address, headers={"HX-Request": "true", "HX-Target": region}).content.decode()
    assert "Counted at" in answer
    assert "hx-trigger" not in answer.partition("</section>")[0]
    assert 'id="means" hx-swap-oob="true"' in answer
    assert Judgement.objects.get().at <= utc_now()
