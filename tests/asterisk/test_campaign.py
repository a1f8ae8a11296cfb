"""A campaign of 500 contacts over a real Asterisk: each outcome is its callee's behaviour, nobody else was dialled."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from campana.calls.models import Attempt, Skip
from campana.campaigns.models import Campaign, Task
from campana.hotlines.models import Trunk
from campana.runtime.loop import Loop
from campana.sim.switch import FastClock
from campana.telephony.asterisk import AsteriskSwitch
from campana.tenancy import system_scope
from support.asterisk import Asterisk
from support.campaigns import approved, suppress
from support.cast import NOW, Cast
from support.floor import floor, people

pytestmark = [pytest.mark.asterisk, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

OUTCOMES = {
    "200": "answered",
    "201": "answered",
    "203": "answered",
    "300": "answered",  # no machine detection in this campaign
    "900": "answered",
    "486": "busy",
    "600": "busy",
    "603": "rejected",
    "607": "rejected",
    "403": "rejected",
    "480": "unavailable",
    "302": "unavailable",
    "404": "invalid_number",
    "410": "invalid_number",
    "777": "invalid_number",
    "503": "congestion",
    "408": "no_answer",
    "183": "no_answer",
}
SHARES = {
    "200": 11,
    "201": 8,
    "486": 7,
    "603": 4,
    "404": 4,
    "480": 4,
    "607": 1,
    "503": 1,
    "203": 1,
    "302": 1,
    "777": 1,
    "600": 1,
    "403": 1,
    "410": 1,
    "900": 1,
    "300": 1,
    "408": 1,
    "183": 1,
}
CONTACTS = 500
AGENTS = 20
LIMIT = 300.0


@pytest.fixture
def tenancy(cast: Cast) -> Iterator[None]:
    with system_scope():
        yield


def behaviours() -> list[str]:
    """Well mixed: ten congestions in a row would rest the hotline."""
    deck = [code for code, share in SHARES.items() for _ in range(share)]
    return [deck[n * 7 % len(deck)] for n in range(CONTACTS)]


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not happened():
        assert time.monotonic() < deadline, Counter(Task.objects.values_list("state", "last_outcome"))
        time.sleep(0.25)


def test_every_outcome_is_its_callees_behaviour(asterisk: Asterisk, cast: Cast, tenancy: None) -> None:
    numbers = [f"1555{code}{1000 + n}" for n, code in enumerate(behaviours())]
    suppressed = [f"1555201{2000 + n}" for n in range(5)]
    unreadable = [f"1555201{2100 + n}" for n in range(5)]
    asleep = [f"1555201{2200 + n}" for n in range(5)]
    everybody = people(cast, numbers + suppressed)
    everybody += people(cast, unreadable, valid=False)
    everybody += people(cast, asleep, zone="America/Los_Angeles")  # one in the morning there
    campaign = approved(
        cast,
        everybody,
        agents=floor(cast, AGENTS),
        answer_wait=15,
        max_attempts=1,
        wrap_up=1,
        result_required=False,
        local_time="callee",
        hours=[[day, 8 * 60, 21 * 60] for day in range(7)],
    )
    Trunk.objects.update(channels=60, calls_per_second=25)
    for number in suppressed:
        suppress(cast.lumen, number=number)
    before = len(asterisk.dialled())
    loop = Loop(
        cast.lumen.pk,
        lambda organisation: AsteriskSwitch(
            asterisk.url, asterisk.user, asterisk.password, f"campana-test-{organisation}"
        ),
        FastClock(NOW),
    )
    loop.start()
    try:
        until(lambda: Task.objects.filter(campaign=campaign, finished_at=None).count() <= len(asleep))
        until(lambda: not Attempt.objects.filter(ended_at=None).exists())
    finally:
        loop.stop()
        loop.thread.join(timeout=20)
    assert_outcomes(campaign, numbers)
    dialled = Counter(number.removeprefix("+") for number in asterisk.dialled()[before:])
    assert dialled == Counter(numbers), "each number once; nothing suppressed, unreadable or asleep"
    assert asterisk.channels(f"campana-test-{cast.lumen.pk}") == []
    assert "suppressed" in set(Skip.objects.values_list("code", flat=True))


def assert_outcomes(campaign: Campaign, numbers: list[str]) -> None:
    attempts = Attempt.objects.filter(campaign=campaign)
    wrong = [
        (attempt.number, attempt.outcome, attempt.cause)
        for attempt in attempts
        if attempt.outcome != OUTCOMES[attempt.number[4:7]]
    ]
    assert wrong == []
    assert Counter(attempts.values_list("number", flat=True)) == Counter(numbers)
    answered = [number for number in numbers if OUTCOMES[number[4:7]] == "answered"]
    talked = attempts.filter(connected_at__isnull=False).values_list("number", flat=True)
    assert sorted(talked) == sorted(answered), "every customer who answered talked with an agent"
