"""Trunks and hotlines: read as people write them, guarded where a campaign shows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from campana.hotlines import operations
from campana.hotlines.models import Hotline
from campana.kernel.refusals import Invalid, NotAllowed, Refused
from campana.relay.models import Message
from campana.tenancy import organisation_scope
from support import campaigns as make
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def test_a_hotline_is_read_as_people_write_numbers(lumen: Cast) -> None:
    ada = actor(lumen.ada)
    trunk = operations.create_trunk(actor=ada, name="Carrier", endpoint="carrier-1", now=NOW)
    line = operations.create_hotline(actor=ada, number="800 111 222", trunk_id=trunk.pk, label=" Sales ", now=NOW)
    assert (line.number, line.label) == ("420800111222", "Sales")
    assert list(Message.objects.values_list("kind", flat=True)) == ["hotlines", "hotlines"]
    for number, code in (("+420800111222", "number_taken"), ("call me", "bad_number"), ("112", "bad_number")):
        with pytest.raises(Invalid) as refused:
            operations.create_hotline(actor=ada, number=number, trunk_id=trunk.pk, now=NOW)
        assert refused.value.code == code


def test_a_trunk_may_be_written_like_a_telephone(lumen: Cast) -> None:
    trunk = operations.create_trunk(actor=actor(lumen.ada), name="Carrier", endpoint="PJSIP/acme", now=NOW)
    assert trunk.endpoint == "acme"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"endpoint": "x y"}, "bad_endpoint"),
        ({"endpoint": "a;b"}, "bad_endpoint"),
        ({"endpoint": "15551234567@sip.acme.example"}, "bad_endpoint"),
        ({"channels": 0}, "bad_channels"),
        ({"calls_per_second": "0"}, "bad_rate"),
        ({"name": " "}, "name_needed"),
    ],
)
def test_a_trunk_that_can_not_be_is_refused(lumen: Cast, values: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        operations.create_trunk(actor=actor(lumen.ada), now=NOW, **{"name": "T", "endpoint": "e", **values})  # type: ignore[arg-type]
    assert refused.value.code == code


def test_what_an_unfinished_campaign_shows_is_neither_switched_off_nor_deleted(lumen: Cast) -> None:
    ada = actor(lumen.ada)
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1), name="Spring")
    line = Hotline.objects.get()
    for act in (
        lambda: operations.change_hotline(hotline_id=line.pk, actor=ada, now=NOW, enabled=False),
        lambda: operations.delete_hotline(hotline_id=line.pk, actor=ada, now=NOW),
        lambda: operations.change_trunk(trunk_id=line.trunk_id, actor=ada, now=NOW, enabled=False),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert (refused.value.code, refused.value.facts) == ("hotline_in_use", {"users": "Spring"})
    make.in_state(campaign, "finished")
    assert not operations.change_hotline(hotline_id=line.pk, actor=ada, now=NOW, enabled=False).enabled


def test_a_hotline_of_one_finished_and_one_live_campaign_is_in_use(lumen: Cast) -> None:
    people = make.contacts(lumen.lumen, 2)
    done = make.approved(lumen, people[:1], name="Done")
    line = Hotline.objects.get()
    make.approved(lumen, people[1:], name="Live", hotlines=[line.pk])
    make.in_state(done, "finished")
    with pytest.raises(Refused) as refused:
        operations.change_hotline(hotline_id=line.pk, actor=actor(lumen.ada), now=NOW, enabled=False)
    assert refused.value.facts == {"users": "Live"}


def test_a_resting_hotline_is_released_once(lumen: Cast) -> None:
    line, ada = make.hotline(lumen.lumen, resting_until=NOW + timedelta(minutes=10)), actor(lumen.ada)
    assert operations.release_hotline(hotline_id=line.pk, actor=ada, now=NOW).resting_until is None
    with pytest.raises(Refused) as refused:
        operations.release_hotline(hotline_id=line.pk, actor=ada, now=NOW)
    assert refused.value.code == "hotline_not_resting"


def test_supervisors_look_but_do_not_touch(lumen: Cast) -> None:
    line = make.hotline(lumen.lumen)
    with pytest.raises(NotAllowed):
        operations.change_hotline(hotline_id=line.pk, actor=actor(lumen.carol), now=NOW, label="Mine")


def test_a_trunk_with_hotlines_stays(lumen: Cast) -> None:
    line = make.hotline(lumen.lumen)
    with pytest.raises(Refused) as refused:
        operations.delete_trunk(trunk_id=line.trunk_id, actor=actor(lumen.ada), now=NOW)
    assert refused.value.facts == {"users": "420800111222"}
