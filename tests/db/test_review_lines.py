"""What the review says of the chosen numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from campana.campaigns.web.lines import lines
from campana.hotlines.models import Hotline, Trunk
from campana.tenancy import system_scope
from support.calls import attempt
from support.campaigns import draft
from support.cast import NOW, Cast, actor


@pytest.fixture
def cast_open(cast: Cast) -> Iterator[Cast]:
    with system_scope():
        yield cast


def test_a_number_without_a_call_says_so_and_leads_to_a_test_call(cast_open: Cast) -> None:
    campaign = draft(cast_open)
    (line,) = lines(campaign, actor(cast_open.ada), NOW)
    assert line.kind == "callback"
    assert "No call has been answered" in line.text
    assert line.test.endswith(f"/trunks/{Trunk.objects.get().pk}#test-calls")
    (hers,) = lines(campaign, actor(cast_open.carol), NOW)
    assert hers.test == "", "supervisors make no test calls"


def test_a_number_is_told_by_the_last_calls_of_its_trunk(cast_open: Cast) -> None:
    campaign = draft(cast_open)
    failed = {"answered_at": None, "connected_at": None, "outcome": "hotline_failure", "cause": "forbidden"}
    attempt(campaign, **failed)
    (line,) = lines(campaign, actor(cast_open.ada), NOW)
    assert (line.kind, "all failed" in line.text) == ("callback", True)
    attempt(campaign)
    (line,) = lines(campaign, actor(cast_open.ada), NOW)
    assert (line.kind, "was answered last" in line.text) == ("success", True)


def test_a_resting_number_and_a_trunk_that_is_off_are_faults(cast_open: Cast) -> None:
    campaign = draft(cast_open)
    Hotline.objects.update(resting_until=NOW + timedelta(minutes=5))
    (line,) = lines(campaign, actor(cast_open.ada), NOW)
    assert (line.kind, "rests until" in line.text) == ("fault", True)
    Trunk.objects.update(enabled=False)
    (line,) = lines(campaign, actor(cast_open.ada), NOW)
    assert (line.kind, "switched off" in line.text) == ("fault", True)
