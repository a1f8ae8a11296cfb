"""A number that is put on the do-not-call list more than once, or for a campaign alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from campana.crm.models import Suppression
from campana.crm.operations import suppress
from campana.kernel.refusals import NotFound
from campana.tenancy import organisation_scope
from support import campaigns as make
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def test_a_number_is_put_on_the_list_as_often_as_anybody_likes(lumen: Cast) -> None:
    who, person = actor(lumen.ada), make.contacts(lumen.lumen, 1, first=420601123456)[0]
    suppress(actor=who, number="601123456", ends_at=NOW + timedelta(days=9), now=NOW)
    for_good = suppress(actor=who, number="601123456", now=NOW)
    assert suppress(actor=who, number="601123456", now=NOW) == for_good
    assert suppress(actor=who, number="601123456", contact=person, now=NOW) == for_good
    assert Suppression.objects.count() == 2


def test_a_number_is_not_kept_from_a_campaign_there_is_none_of(lumen: Cast) -> None:
    with pytest.raises(NotFound):
        suppress(actor=actor(lumen.ada), number="601123456", campaign_id=99_999, now=NOW)
    campaign = make.draft(lumen)
    assert suppress(actor=actor(lumen.ada), number="601123456", campaign_id=campaign.pk, now=NOW).pk
