"""A contact who talks with us over another number, or in a call of no campaign (CAM-234)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from campana.calls.models import Attempt
from campana.crm.models import ContactNumber
from campana.runtime.selection import cards
from campana.tenancy import system_scope
from support.calls import attempt
from support.campaigns import approved, contacts
from support.cast import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tenancy() -> Iterator[None]:
    with system_scope():
        yield


@pytest.mark.parametrize("number", ["420999888777", None])
def test_a_contact_who_talks_over_whatever_number_is_not_dialled(cast: Cast, number: str | None) -> None:
    campaign = approved(cast, contacts(cast.lumen, 1))
    task = campaign.tasks.get()
    if number is not None:
        ContactNumber.objects.create(
            organisation=cast.lumen, contact=task.contact, number=number, position=9, valid=True
        )
    live = attempt(campaign, cast.alice_agent, number=number or task.number, mode="manual", state="connected")
    Attempt.objects.filter(pk=live.pk).update(
        campaign=None, task=None, contact=task.contact, ended_at=None, outcome=""
    )  # an agent called by hand, outside the campaign
    (card,) = cards([task.pk], frequency_cap=0, now=NOW)
    assert any(dialable.in_call for dialable in card.numbers)
