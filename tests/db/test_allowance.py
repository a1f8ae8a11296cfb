"""What may be lost today is the sum of each campaign's own limit, and calls without a limit are not in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campana.calls.models import AttemptTally
from campana.engine.words import Outcome
from campana.supervision.queries.allowance import Allowance, allowance
from campana.tenancy import system_scope
from support.calls import attempt, bare_campaign
from support.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def told(*, detection: bool = True) -> Allowance:
    return allowance(AttemptTally.objects.all(), detection=detection)


def test_every_campaign_counts_by_its_own_limit(cast: Cast) -> None:
    with system_scope():
        strict = bare_campaign(cast.lumen, name="Strict", max_abandon=0.01)
        loose = bare_campaign(cast.lumen, name="Loose", max_abandon=0.1)
        free = bare_campaign(cast.lumen, name="Free", max_abandon=None)
        for campaign, answers, lost in ((strict, 6, 1), (loose, 4, 2), (free, 5, 3)):
            for n in range(answers):
                lost_one = {"connected_at": None, "abandoned": True} if n < lost else {}
                attempt(campaign, answered_at=NOW, ended_at=NOW + timedelta(seconds=30), **lost_one)
        found = told()
    assert (found.answers, found.lost) == (10, 3)
    assert found.most == pytest.approx(6 * 0.01 + 4 * 0.1)
    assert found.limit == pytest.approx(0.046)
    assert found.share == pytest.approx(0.3)


def test_people_taken_for_machines_are_answers_that_were_lost(cast: Cast) -> None:
    with system_scope():
        campaign = bare_campaign(
            cast.lumen, mode="predictive", max_abandon=0.03, detect_machines=True, false_machines=0.1
        )
        for outcome in (Outcome.MACHINE, Outcome.MACHINE, ""):
            attempt(campaign, answered_at=NOW, ended_at=NOW + timedelta(seconds=9), outcome=outcome)
        with_estimate, without = told(), told(detection=False)
    assert (with_estimate.answers, with_estimate.lost) == (pytest.approx(1.2), pytest.approx(0.2))
    assert (without.answers, without.lost) == (1, 0)


def test_before_the_first_answer_there_is_no_limit_to_tell(cast: Cast) -> None:
    with system_scope():
        bare_campaign(cast.lumen, max_abandon=0.03)
        found = told()
    assert (found.answers, found.limit, found.share) == (0, None, 0.0)
