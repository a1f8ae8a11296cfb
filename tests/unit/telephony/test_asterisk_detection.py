"""Machine detection on Asterisk without a socket: the channel that listens, what AMD says, what can go wrong."""

from __future__ import annotations

import pytest

from campana.engine.inputs import LegAnswered, LegEnded, SwitchReturned, VerdictReached
from campana.engine.outputs import Bridge, DetectMachine, PlayHoldMusic
from campana.engine.words import Cause, Verdict
from campana.kernel.clock import seconds
from campana.kernel.ids import LegId
from campana.telephony.asterisk.client import Reply
from campana.telephony.asterisk.events import Answered, Destroyed, Detected, DetectorReady, news
from campana.telephony.asterisk.names import Names
from campana.telephony.asterisk.reconcile import take_stock
from unit.telephony.test_asterisk_exchange import AGENT, CUSTOMER, NO_CONTENT, Bench, up

NAMES = Names("campana-7")
DETECTOR = "campana-7.2a-c.amd"


def listening() -> Bench:
    bench = Bench()
    bench.answered()
    bench.exchange.carry_out(PlayHoldMusic(CUSTOMER))
    bench.exchange.carry_out(DetectMachine(CUSTOMER, seconds(3.5)))
    bench.told.clear()
    return bench


def stasis(*args: str) -> dict[str, object]:
    return {"type": "StasisStart", "args": list(args), "channel": {"id": DETECTOR}}


def test_a_channel_of_its_own_listens_and_goes_through_amd_for_so_many_milliseconds() -> None:
    bench = listening()
    assert f"POST channels/campana-7.2a-c/snoop/{DETECTOR}" in bench.asked
    bench.exchange.heard(DetectorReady(CUSTOMER))
    assert [call.query for call, _ in bench.calls[-2:]] == [
        {"variable": "CAMPANA_APP", "value": "campana-7"},
        {"context": "campana-amd", "extension": "3500", "priority": "1"},
    ]
    assert all("moh" not in path for path in bench.asked if path.startswith("DELETE"))


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (("HUMAN", "HUMAN-800-800"), Verdict.HUMAN),
        (("MACHINE", "LONGGREETING-1500-1500"), Verdict.MACHINE),
        (("MACHINE", "INITIALSILENCE-2500-2500"), Verdict.SILENCE),
        (("NOTSURE", "TOOLONG-3500"), Verdict.UNSURE),
        (("HANGUP", ""), Verdict.UNSURE),
        ((), Verdict.UNSURE),
    ],
)
def test_the_words_of_amd_are_verdicts(said: tuple[str, ...], verdict: Verdict) -> None:
    assert news(stasis("amd", *said), NAMES) == Detected(CUSTOMER, verdict)


def test_the_detector_that_was_just_made_is_no_verdict() -> None:
    assert news(stasis(), NAMES) == DetectorReady(CUSTOMER)
    assert news({**stasis(), "type": "ChannelDestroyed"}, NAMES) is None


def test_a_verdict_is_told_once_and_the_detector_goes() -> None:
    bench = listening()
    bench.exchange.heard(Detected(CUSTOMER, Verdict.MACHINE))
    bench.exchange.heard(Detected(CUSTOMER, Verdict.HUMAN))
    bench.time_out()
    assert bench.told == [VerdictReached(CUSTOMER, Verdict.MACHINE)]
    assert bench.asked.count(f"DELETE channels/{DETECTOR}") == 1


@pytest.mark.parametrize("path", [f"snoop/{DETECTOR}", f"{DETECTOR}/continue"])
def test_a_switch_that_can_not_listen_is_unsure_at_once(path: str) -> None:
    bench = listening()
    bench.exchange.heard(DetectorReady(CUSTOMER))
    bench.reply(path, Reply(409, "no"))
    assert bench.told == [VerdictReached(CUSTOMER, Verdict.UNSURE)]


def test_a_switch_that_says_nothing_is_unsure_when_the_time_is_over() -> None:
    bench = listening()
    bench.reply(f"snoop/{DETECTOR}", NO_CONTENT)
    assert bench.told == []
    bench.time_out()
    assert bench.told == [VerdictReached(CUSTOMER, Verdict.UNSURE)]


def test_after_the_end_of_the_leg_there_is_no_verdict() -> None:
    bench = listening()
    bench.exchange.heard(Destroyed(CUSTOMER, 16, None))
    bench.exchange.heard(Detected(CUSTOMER, Verdict.HUMAN))
    bench.time_out()
    assert bench.told == [LegEnded(CUSTOMER, Cause.HUNG_UP)]


def test_a_bridge_ends_the_listening() -> None:
    bench = listening()
    bench.ring_agent()
    bench.exchange.heard(Answered(AGENT))
    bench.exchange.carry_out(Bridge(CUSTOMER, AGENT))
    assert f"DELETE channels/{DETECTOR}" in bench.asked
    bench.exchange.heard(Detected(CUSTOMER, Verdict.MACHINE))
    assert bench.told == [LegAnswered(AGENT)]


def test_a_detector_that_is_ready_when_nobody_listens_any_more_goes() -> None:
    bench = listening()
    bench.time_out()
    bench.calls.clear()
    bench.exchange.heard(DetectorReady(CUSTOMER))
    assert bench.asked == [f"DELETE channels/{DETECTOR}"]


def test_listening_is_not_ordered_twice_at_once_nor_to_a_leg_that_rings() -> None:
    bench = listening()
    bench.exchange.carry_out(DetectMachine(CUSTOMER, seconds(3.5)))
    bench.exchange.carry_out(DetectMachine(LegId("77-c"), seconds(3.5)))
    assert sum("snoop" in path for path in bench.asked) == 1


def test_what_was_listened_to_before_a_lost_connection_is_not_judged_after_it() -> None:
    channels = [{"id": "campana-7.2a-c", "state": "Up"}, {"id": DETECTOR, "state": "Up"}]
    stock = take_stock(channels, [], NAMES, ended=(), undialled=())
    assert (stock.detectors, stock.recorded) == ((CUSTOMER,), frozenset())
    bench = listening()
    bench.exchange.lost()
    bench.told.clear()
    bench.exchange.returned(stock)
    bench.exchange.heard(Detected(CUSTOMER, Verdict.MACHINE))
    bench.time_out()
    assert f"DELETE channels/{DETECTOR}" in bench.asked
    assert [type(each) for each in bench.told] == [SwitchReturned]
    assert up(*stock.legs).legs == stock.legs
