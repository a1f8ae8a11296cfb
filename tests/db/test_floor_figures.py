"""Figures of the floor: occupancy from what people did, the end of a list from what was done of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from campana.campaigns.models import Campaign, Task
from campana.campaigns.snapshot import campaign_config
from campana.supervision.queries.expected import after_work, done_lately, expected_end
from campana.supervision.queries.occupancy import occupancy
from campana.tenancy import system_scope
from campana.workforce.models import PresenceChange
from support.calls import bare_campaign
from support.campaigns import built, contacts, in_state
from support.cast import NOW, Cast, sign_in

MINUTE = timedelta(minutes=1)
SLOT = timedelta(minutes=15)


@pytest.fixture
def cast_open(cast: Cast) -> Iterator[Cast]:
    with system_scope():
        yield cast


def test_occupancy_is_talking_of_being_there_over_half_an_hour(cast_open: Cast) -> None:
    def was(minutes_ago: int, state: str, alice: bool = True) -> None:
        agent = cast_open.alice_agent if alice else cast_open.bob_agent
        PresenceChange.objects.create(
            organisation=cast_open.lumen, agent=agent, at=NOW - minutes_ago * MINUTE, state=state
        )

    was(50, "available")  # it counts from half an hour ago
    was(20, "in_call")
    was(10, "wrap_up")
    was(8, "not_ready")
    was(3, "available")
    was(40, "offline", alice=False)
    found = occupancy(cast_open.lumen.pk, [cast_open.alice_agent.pk, cast_open.bob_agent.pk], NOW)
    assert (found.busy, found.there) == (12 * MINUTE, 25 * MINUTE)
    assert found.share == 12 / 25
    assert occupancy(cast_open.lumen.pk, [cast_open.bob_agent.pk], NOW).share is None


def test_of_changes_of_one_moment_the_last_one_counts(cast_open: Cast) -> None:
    """As Preview leaves them: whoever becomes free looks at the next contact in the same moment."""
    agent, rows, at = cast_open.alice_agent, [], NOW - 36 * MINUTE
    while at < NOW:
        for state, seconds in (("available", 0), ("preview", 40), ("reserved", 0), ("in_call", 60), ("wrap_up", 20)):
            rows.append(PresenceChange(organisation=cast_open.lumen, agent=agent, at=at, state=state))
            at += timedelta(seconds=seconds)
    PresenceChange.objects.bulk_create(rows)
    assert occupancy(cast_open.lumen.pk, [agent.pk], NOW).share == 1


def test_work_goes_on_in_open_hours_only() -> None:
    def is_open(at: datetime) -> bool:
        return 9 <= at.hour < 12

    def next_change(at: datetime) -> datetime:
        edge = at.replace(minute=0, second=0) + timedelta(hours=1)
        while edge.hour not in {9, 12}:
            edge += timedelta(hours=1)
        return edge

    start = NOW.replace(hour=11)
    end = after_work(start, timedelta(hours=5), is_open=is_open, next_change=next_change)
    assert end == start.replace(hour=10) + timedelta(days=2)
    never = after_work(start, timedelta(hours=5), is_open=lambda at: False, next_change=next_change)
    assert never is None
    assert after_work(start, timedelta(hours=5), is_open=lambda at: True, next_change=lambda at: None) == start + (
        timedelta(hours=5)
    )


def expect(campaign: Campaign, done: list[int], still_open: int = 100, **columns: object) -> object:
    """``done``: contacts in each quarter of an hour up to now, the last one over."""
    slots = [NOW - SLOT * (len(done) - place) for place in range(len(done))]
    counts = Counter(dict(zip(slots, done, strict=True)))
    for name, value in columns.items():
        setattr(campaign, name, value)
    return expected_end(
        campaign, campaign_config(campaign), still_open=still_open, busy_slots=slots, done=counts, now=NOW
    )


def test_nothing_is_said_before_there_is_enough_to_say(cast_open: Cast) -> None:
    campaign = bare_campaign(cast_open.lumen)
    assert expect(campaign, [10, 10, 10]) is None
    assert expect(campaign, [1, 1, 1, 1]) is None
    assert expect(campaign, [10, 10, 10, 10], still_open=0) is None


def test_the_end_is_a_range_that_holds_the_plain_answer(cast_open: Cast) -> None:
    found = expect(bare_campaign(cast_open.lumen), [10, 14, 8, 12, 11, 9])
    assert found is not None
    slow, fast = found.slow, found.fast  # type: ignore[attr-defined]
    assert slow < 4 * 64 / 6 < fast
    plain = NOW + timedelta(hours=100 / (4 * 64 / 6))
    assert found.earliest < plain < found.latest  # type: ignore[attr-defined]
    assert not found.ends_first  # type: ignore[attr-defined]
    early = expect(bare_campaign(cast_open.lumen), [10, 14, 8, 12], end_at=NOW + MINUTE)
    assert early.ends_first  # type: ignore[union-attr,attr-defined]


def test_what_was_done_is_counted_by_quarters_of_an_hour(cast_open: Cast) -> None:
    campaign = built(cast_open, contacts(cast_open.lumen, 3))
    first, second, third = campaign.tasks.order_by("pk")
    for task, ago in ((first, 20), (second, 25), (third, 400)):
        Task.objects.filter(pk=task.pk).update(state="completed", finished_at=NOW - ago * MINUTE)
    assert done_lately([campaign.pk], NOW) == {campaign.pk: Counter({NOW - 30 * MINUTE: 2})}


def test_every_reason_leads_to_as_many_contacts_as_it_counts(
    cast_open: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = in_state(built(cast_open, contacts(cast_open.lumen, 12)), "running")
    made = list(campaign.tasks.order_by("pk").values_list("pk", flat=True))
    fates = (
        (2, {"state": "planned", "next_at": NOW + MINUTE}),
        (3, {"state": "planned", "next_at": NOW + MINUTE, "refusal": "frequency_cap"}),
        (1, {"state": "in_call"}),
        (2, {"state": "excluded", "refusal": "suppressed"}),
        (1, {"state": "invalid", "refusal": "invalid_number"}),
    )
    for count, columns in fates:
        Task.objects.filter(pk__in=[made.pop() for _ in range(count)]).update(**columns)
    sign_in(client, cast_open.carol)
    page = client.get(f"/campaigns/{campaign.pk}")
    lines = [why for name in ("reasons", "never") for why in _context(page, name)]
    assert sorted(why.reason.count for why in lines) == [1, 1, 2, 2, 3, 3]
    for why in lines:
        rows = client.get(why.address).context["page"].rows
        assert len(rows) == why.reason.count, (why.text, parse_qs(urlsplit(why.address).query))


def _context(page: object, name: str) -> list[object]:
    for context in page.context:  # type: ignore[attr-defined]
        if name in context:
            return list(context[name])
    raise KeyError(name)


def test_a_fault_says_what_it_means_and_what_to_do(cast_open: Cast, client: Client) -> None:
    campaign = bare_campaign(cast_open.lumen, state="paused", state_reason="hotlines_failing")
    sign_in(client, cast_open.carol)
    page = client.get(f"/campaigns/{campaign.pk}").content.decode()
    for words in ("Every hotline of the campaign fails.", "No contact lost an attempt.", 'href="/hotlines"'):
        assert words in page
