"""The abandonment budget of a campaign that an engine meets only when it is reopened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from campana.calls.models import Attempt
from campana.campaigns.models import Campaign, Task
from campana.campaigns.operations import Selection, reopen_campaign
from campana.engine.words import PaceBound
from campana.supervision.queries.pace import Slip, pace
from campana.tenancy import system_scope
from support import shift
from support.campaigns import approved, contacts
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tenancy() -> Iterator[None]:
    with system_scope():
        yield


def test_a_campaign_that_is_reopened_has_spent_what_it_spent(cast: Cast) -> None:
    campaign = approved(
        cast, contacts(cast.lumen, 40), mode="predictive", agents=shift.people(cast), pacing="coefficient",
        coefficient=5.0, max_abandon=None, max_wait=8,
    )  # fmt: skip
    shift.run(cast, shift.Everybody(), 40)
    lost = Attempt.objects.filter(campaign=campaign, abandoned=True).count()
    assert lost > 3
    Campaign.objects.filter(pk=campaign.pk).update(max_abandon=0.03, state="finished", state_reason="exhausted")
    over = NOW + timedelta(seconds=41)
    Attempt.objects.filter(ended_at=None).update(ended_at=over, state="ended", outcome="answered", wrapped_up_at=over)
    Task.objects.filter(campaign=campaign).update(state="not_reached")
    began = NOW + timedelta(minutes=10)
    engine = shift.run(cast, shift.Everybody(), 1, start=began)  # the campaign is over, so it does not know it
    campaign.refresh_from_db()
    reopen_campaign(campaign=campaign, actor=actor(cast.carol), how="return", selection=Selection(), now=began)
    while engine.shell.read_mailbox(engine.now):
        pass
    engine.run(until=began + timedelta(seconds=30))
    campaign.refresh_from_db()
    slip = pace(campaign, {}, [])
    assert isinstance(slip, Slip)
    assert not Attempt.objects.filter(began_at__gte=began, agent=None).exists()
    assert (slip.bound, slip.lost) == (PaceBound.OVER_LIMIT, lost)
