"""Machine detection on a real database: its right and its switch, what the journal keeps, what a new engine is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from campana.accounts import permissions
from campana.accounts.models import Organisation, Role
from campana.calls.models import Attempt, AttemptTally
from campana.campaigns.models import Campaign
from campana.campaigns.operations import change_campaign
from campana.campaigns.operations.copy_campaign import copy_campaign
from campana.campaigns.snapshot import campaign_config
from campana.engine.words import Outcome, Verdict
from campana.kernel.ids import CampaignId
from campana.kernel.phone import PhoneNumber
from campana.kernel.refusals import Invalids
from campana.runtime import restore
from campana.runtime.lockstep import Lockstep
from campana.sim.callees import Fate, Reaction
from campana.supervision.queries.day import day_of, lately_lost
from campana.supervision.queries.wall import wall
from campana.tenancy import system_scope
from support import shift
from support.campaigns import approved, contacts
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tenancy() -> Iterator[None]:
    with system_scope():
        yield


class EverySecondIsAMachine:
    """All answer after three seconds; what it is is heard two seconds later."""

    def __init__(self) -> None:
        self.calls = 0

    def reaction(self, number: PhoneNumber, call: int) -> Reaction:
        self.calls += 1
        fate, verdict = ((Fate.PERSON, Verdict.HUMAN), (Fate.MACHINE, Verdict.MACHINE))[self.calls % 2]
        return Reaction(fate, 0.5, 3.0, patience=20.0, talks=300.0, verdict=verdict, listens=2.0)


def detecting(cast: Cast, **values: object) -> Campaign:
    chosen = {"agents": shift.people(cast), "detect_machines": True, **values}
    return approved(cast, contacts(cast.lumen, 20), **chosen)


def run(cast: Cast, seconds: int) -> Lockstep:
    return shift.run(cast, EverySecondIsAMachine(), seconds)


def refused(cast: Cast, campaign: Campaign, **values: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalids) as found:
        change_campaign(campaign=campaign, actor=actor(cast.carol), values=values, version=None, now=NOW)
    return [(problem.field, problem.code) for problem in found.value.problems]


def test_verdicts_and_their_moments_are_kept_and_machines_are_no_answers_of_people(cast: Cast) -> None:
    campaign = detecting(cast)
    run(cast, 12)
    machine = Attempt.objects.filter(campaign=campaign, outcome=Outcome.MACHINE).first()
    talk = Attempt.objects.filter(campaign=campaign, connected_at__isnull=False).first()
    assert machine is not None
    assert talk is not None
    assert (machine.verdict, machine.agent_id and machine.connected_at, machine.counted) == ("machine", None, True)
    assert (talk.verdict, talk.verdict_confidence) == ("human", None)
    for each in (machine, talk):
        assert each.verdict_at - each.answered_at == timedelta(seconds=2)
    assert sum(AttemptTally.objects.filter(outcome=Outcome.MACHINE).values_list("late", flat=True)) == 0
    assert lately_lost(campaign) == (0, Attempt.objects.filter(campaign=campaign, verdict="human").count())


def test_the_estimate_of_people_taken_for_machines_is_a_figure_of_its_own(cast: Cast) -> None:
    campaign = detecting(cast)
    run(cast, 30)
    day = day_of(campaign.tallies.all(), NOW.date(), "UTC")
    machines = Attempt.objects.filter(campaign=campaign, outcome=Outcome.MACHINE).count()
    assert day.silent(0.03) == pytest.approx(0.03 * machines)
    assert machines > 1


def test_lists_and_wallboard_count_the_people_taken_for_machines_as_the_campaign_does(cast: Cast) -> None:
    campaign = detecting(cast)
    run(cast, 30)
    Campaign.objects.filter(pk=campaign.pk).update(false_machines=0.1)
    day = day_of(campaign.tallies.all(), NOW.date(), cast.lumen.time_zone)
    silent = day.silent(0.1)
    share = (day.lost + silent) / (day.answers + silent)
    told = wall(actor(cast.carol), NOW + timedelta(seconds=30))
    (listed,) = told.campaigns
    assert (listed.silent, listed.lost_share) == (silent, pytest.approx(share))
    assert told.allowance.answers == pytest.approx(day.answers + silent)
    assert (told.allowance.share, told.lost) == (pytest.approx(share), round(day.lost + silent))
    Organisation.objects.filter(pk=cast.lumen.pk).update(machine_detection=False)
    cast.carol.organisation.refresh_from_db()
    told = wall(actor(cast.carol), NOW + timedelta(seconds=30))
    assert (told.allowance.answers, told.campaigns[0].silent) == (day.answers, 0)


def test_a_new_engine_is_told_of_calls_in_detection_and_of_machines(cast: Cast) -> None:
    campaign = detecting(cast, mode="predictive", pacing="coefficient", coefficient=2.0, max_abandon=None)
    run(cast, 4)
    live = list(restore.open_work(cast.lumen.pk, NOW))
    assert {(given.state, given.verdict) for given in live} == {("detecting", None)}  # type: ignore[union-attr]
    assert all(given.answered_at for given in live)  # type: ignore[union-attr]
    Attempt.objects.update(verdict="machine")
    assert {given.verdict for given in restore.open_work(cast.lumen.pk, NOW)} == {Verdict.MACHINE}  # type: ignore[union-attr]
    heard = NOW - timedelta(minutes=1)
    Attempt.objects.filter(campaign=campaign).update(outcome="machine", ended_at=NOW, verdict_at=heard)
    restored = restore.pacing(CampaignId(campaign.pk), NOW)
    made = Attempt.objects.filter(campaign=campaign).count()
    assert sum(counted.machines for counted in restored.counted) == made
    assert restored.machines == (heard,) * made


def test_it_is_refused_without_the_right_and_where_the_organisation_has_it_off(cast: Cast) -> None:
    campaign = detecting(cast, detect_machines=False)
    Organisation.objects.filter(pk=cast.lumen.pk).update(machine_detection=False)
    assert refused(cast, campaign, detect_machines=True) == [("detect_machines", "detection_not_offered")]
    Organisation.objects.filter(pk=cast.lumen.pk).update(machine_detection=True)
    role = cast.carol.role
    role.permissions = [held for held in role.permissions if held != permissions.CAMPAIGNS_DETECT]
    role.save()
    cast.carol.refresh_from_db()
    assert refused(cast, campaign, detect_machines=True) == [("detect_machines", "detection_not_allowed")]


def test_who_may_not_switch_it_on_may_leave_it_on_and_gets_a_copy_without_it(cast: Cast) -> None:
    campaign = detecting(cast)
    Role.objects.filter(pk=cast.carol.role_id).update(permissions=[permissions.CAMPAIGNS_MANAGE])
    cast.carol.refresh_from_db()
    carol = actor(cast.carol)
    change_campaign(campaign=campaign, actor=carol, values={"detect_machines": True}, version=None, now=NOW)
    campaign.refresh_from_db()
    assert campaign.detect_machines
    assert not copy_campaign(campaign=campaign, actor=carol, name="again", now=NOW).detect_machines


@pytest.mark.parametrize(
    ("name", "wrong"), [("detection_time", 0.9), ("detection_time", 6.1), ("false_machines", 0.11)]
)
def test_numbers_out_of_range_are_refused(cast: Cast, name: str, wrong: float) -> None:
    assert refused(cast, detecting(cast), **{name: wrong}) == [(name, "out_of_range")]


def test_a_customer_must_wait_longer_than_a_call_is_listened_to(cast: Cast) -> None:
    campaign = detecting(cast)
    assert refused(cast, campaign, max_wait=3) == [("max_wait", "wait_too_short")]
    change_campaign(campaign=campaign, actor=actor(cast.carol), values={"max_wait": 5}, version=None, now=NOW)
    campaign.refresh_from_db()
    assert refused(cast, campaign, detection_time=5) == [("detection_time", "wait_too_short")]


def test_the_organisations_switch_is_above_the_campaigns_setting(cast: Cast) -> None:
    campaign = detecting(cast, detection_time=2.5, false_machines=0.01)
    config = campaign_config(campaign)
    assert (config.detect, config.detection, config.false_machines) == (True, timedelta(seconds=2.5), 0.01)
    Organisation.objects.filter(pk=cast.lumen.pk).update(machine_detection=False)
    assert campaign_config(campaign) == replace(config, detect=False)
