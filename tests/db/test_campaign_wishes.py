"""The engine's journal and people write the same row: neither takes from the other what is younger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection

from campana.campaigns.models import Campaign
from campana.campaigns.operations import start_campaign, withdraw_approval
from campana.runtime.statements import MOVE_CAMPAIGN
from campana.tenancy import organisation_scope
from support import campaigns as make
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def journal_moves(campaign: Campaign, state: str, reason: str, wanted: str | None, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MOVE_CAMPAIGN, {"id": campaign.pk, "state": state, "reason": reason, "wanted": wanted, "at": at})
    campaign.refresh_from_db()


def test_a_resume_that_is_younger_than_the_pause_is_kept(lumen: Cast) -> None:
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1)), "running", wanted="pause")
    start_campaign(campaign=campaign, actor=actor(lumen.carol), now=make.LATER)
    journal_moves(campaign, "paused", "by_user", "pause", NOW)
    assert (campaign.state, campaign.wanted) == ("paused", "run")


def test_a_fault_ends_the_wish_that_was_before_it(lumen: Cast) -> None:
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1)), "running")
    make.in_state(campaign, "running", wanted="run", wanted_at=NOW)
    journal_moves(campaign, "paused", "hotlines_failing", "", make.LATER)
    assert (campaign.state, campaign.wanted) == ("paused", "")


def test_a_move_without_a_wish_leaves_the_wish_alone(lumen: Cast) -> None:
    campaign = make.in_state(make.approved(lumen, make.contacts(lumen.lumen, 1)), "running", wanted="run")
    journal_moves(campaign, "paused", "outside_hours", None, make.LATER)
    assert (campaign.state, campaign.wanted) == ("paused", "run")


def test_a_campaign_that_was_taken_back_is_not_moved_any_more(lumen: Cast) -> None:
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1))
    withdraw_approval(campaign=campaign, actor=actor(lumen.ada), now=NOW)
    journal_moves(campaign, "running", "", None, make.LATER)
    assert campaign.state == "draft"
