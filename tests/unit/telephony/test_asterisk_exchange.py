"""The driver's book-keeping without a socket: every order of events that a network can produce."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from campana.engine.inputs import (
    CallArrived,
    LegAnswered,
    LegEnded,
    LegRinging,
    LiveLeg,
    RecordingFinished,
    SoundFinished,
    SwitchLost,
    SwitchReturned,
)
from campana.engine.outputs import (
    AnswerCall,
    Bridge,
    HangUp,
    Originate,
    PlayHoldMusic,
    PlayRinging,
    PlaySound,
    RingAgent,
    StartRecording,
)
from campana.engine.words import Cause
from campana.kernel.clock import seconds
from campana.kernel.ids import LegId, arrived_leg
from campana.kernel.phone import phone_number
from campana.telephony.asterisk.client import Reply, Then
from campana.telephony.asterisk.commands import Call
from campana.telephony.asterisk.dialling import RING_GRACE
from campana.telephony.asterisk.events import (
    Alerted,
    Answered,
    Arrived,
    Created,
    Destroyed,
    HangupBegan,
    PlayingDone,
    RecorderReady,
    RecordingDone,
    Replaced,
)
from campana.telephony.asterisk.exchange import UNANSWERED_LIMIT, Exchange
from campana.telephony.asterisk.names import Names
from campana.telephony.asterisk.reconcile import Found, Stock
from campana.telephony.port import SwitchEvent

CUSTOMER, AGENT = LegId("2a-c"), LegId("2a-a1")
NUMBER = phone_number("84912345678")
NOTHING = Stock((), frozenset(), frozenset(), (), ())
NO_CONTENT = Reply(204)


def up(*legs: Found) -> Stock:
    return Stock(legs, frozenset(), frozenset(), (), ())


class Bench:
    """An exchange whose requests are answered, and whose timers run out, when the test says so."""

    def __init__(self) -> None:
        self.told: list[SwitchEvent] = []
        self.calls: list[tuple[Call, Then]] = []
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.replacements = 0
        self.exchange = Exchange(
            Names("campana-7"),
            tell=self.told.append,
            call=lambda call, then: self.calls.append((call, then)),
            later=lambda delay, action: self.timers.append((delay, action)),
            replaced=self._replaced,
        )
        self.exchange.returned(NOTHING)
        self.told.clear()

    def _replaced(self) -> None:
        self.replacements += 1

    @property
    def asked(self) -> list[str]:
        return [f"{call.method} {call.path}" for call, _ in self.calls]

    def reply(self, path: str, reply: Reply) -> None:
        """Answer the first open request whose path ends so."""
        index = next(i for i, (call, _) in enumerate(self.calls) if call.path.endswith(path))
        self.calls.pop(index)[1](reply)

    def time_out(self) -> None:
        timers, self.timers = self.timers, []
        for _, action in timers:
            action()

    def dial(self) -> None:
        self.exchange.carry_out(Originate(CUSTOMER, "acme", NUMBER, NUMBER, seconds(30)))

    def ring_agent(self) -> None:
        self.exchange.carry_out(RingAgent(AGENT, "PJSIP/1001", NUMBER, seconds(30), CUSTOMER))

    def answered(self) -> None:
        self.dial()
        for news in (Created(CUSTOMER), Alerted(CUSTOMER, True), Answered(CUSTOMER)):
            self.exchange.heard(news)
        self.told.clear()
        self.calls.clear()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_leg_is_dialled_when_it_was_created_and_only_once(bench: Bench) -> None:
    bench.dial()
    assert bench.asked == ["POST channels/create"]
    bench.exchange.heard(Created(CUSTOMER))
    bench.exchange.heard(Created(CUSTOMER))
    assert bench.asked == [
        "POST channels/create",
        "POST bridges/campana-7.2a-c.mix",
        "POST bridges/campana-7.2a-c.mix/addChannel",
        "POST channels/campana-7.2a-c/dial",
    ]


def test_an_agents_telephone_is_rung_without_a_bridge_of_its_own(bench: Bench) -> None:
    bench.ring_agent()
    bench.exchange.heard(Created(AGENT))
    assert bench.asked == ["POST channels/create", "POST channels/campana-7.2a-a1/dial"]


def test_doubled_events_are_told_once(bench: Bench) -> None:
    bench.dial()
    for news in (Created(CUSTOMER), Alerted(CUSTOMER, True), Answered(CUSTOMER), Destroyed(CUSTOMER, 16, None)):
        bench.exchange.heard(news)
        bench.exchange.heard(news)
    assert bench.told == [LegRinging(CUSTOMER), LegAnswered(CUSTOMER), LegEnded(CUSTOMER, Cause.HUNG_UP, None)]


def test_a_ringing_that_comes_after_the_answer_is_not_told(bench: Bench) -> None:
    bench.dial()
    bench.exchange.heard(Answered(CUSTOMER))
    bench.exchange.heard(Alerted(CUSTOMER, True))
    assert bench.told == [LegAnswered(CUSTOMER)]


def test_a_leg_cancelled_before_it_was_created_is_never_dialled(bench: Bench) -> None:
    bench.dial()
    bench.exchange.carry_out(HangUp(CUSTOMER))
    bench.exchange.heard(Created(CUSTOMER))
    assert bench.asked == ["POST channels/create", "DELETE channels/campana-7.2a-c"]
    bench.exchange.heard(HangupBegan(CUSTOMER, inside=True))
    bench.exchange.heard(Destroyed(CUSTOMER, 16, 603))
    assert bench.told == [LegEnded(CUSTOMER, Cause.WE_HUNG_UP, None)]


ALLOCATION_FAILED = Reply(500, '{"error":"Allocation failed"}')
OFFLINE = Reply(200, '{"state": "offline"}')


def started(at: str) -> Reply:
    return Reply(200, json.dumps({"status": {"startup_time": at, "last_reload_time": "2026-03-02T08:00:00.000+0000"}}))


def fail_to_create(bench: Bench, *, started_at: str, now: str) -> None:
    bench.reply("channels/create", ALLOCATION_FAILED)
    bench.reply("endpoints/PJSIP/acme", OFFLINE)
    bench.reply("asterisk/info", started(started_at))
    bench.reply("asterisk/ping", Reply(200, json.dumps({"timestamp": now})))


def test_a_trunk_that_can_not_be_reached_is_dead(bench: Bench) -> None:
    bench.dial()
    fail_to_create(bench, started_at="2026-03-02T08:30:00.000+0000", now="2026-03-02T09:00:00.000+0000")
    assert bench.told == [LegEnded(CUSTOMER, Cause.TRUNK_DEAD)]


def test_a_trunk_is_given_time_after_a_start_of_asterisk(bench: Bench) -> None:
    bench.dial()
    bench.timers.clear()
    fail_to_create(bench, started_at="2026-03-02T09:00:00.000+0000", now="2026-03-02T09:00:03.500+0000")
    assert bench.told == []
    bench.time_out()
    assert bench.asked == ["POST channels/create"]
    fail_to_create(bench, started_at="2026-03-02T09:00:00.000+0000", now="2026-03-02T09:00:25.000+0000")
    assert bench.told == [LegEnded(CUSTOMER, Cause.TRUNK_DEAD)]


def test_a_leg_cancelled_while_its_trunk_settles_is_not_created_again(bench: Bench) -> None:
    bench.dial()
    bench.timers.clear()
    fail_to_create(bench, started_at="2026-03-02T09:00:00.000+0000", now="2026-03-02T09:00:03.500+0000")
    bench.exchange.carry_out(HangUp(CUSTOMER))
    bench.time_out()
    assert bench.asked == ["DELETE channels/campana-7.2a-c"]
    assert bench.told == [LegEnded(CUSTOMER, Cause.WE_HUNG_UP)]


def test_an_agent_whose_telephone_is_not_registered_is_unavailable(bench: Bench) -> None:
    bench.ring_agent()
    bench.reply("channels/create", ALLOCATION_FAILED)
    bench.reply("endpoints/PJSIP/1001", OFFLINE)
    assert bench.told == [LegEnded(AGENT, Cause.UNAVAILABLE)]


def test_an_endpoint_that_does_not_exist_is_an_error_of_the_switch(bench: Bench) -> None:
    bench.dial()
    bench.reply("channels/create", ALLOCATION_FAILED)
    bench.reply("endpoints/PJSIP/acme", Reply(404))
    assert bench.told == [LegEnded(CUSTOMER, Cause.SWITCH_ERROR)]


def test_an_asterisk_without_room_is_not_blamed_on_the_trunk(bench: Bench) -> None:
    bench.dial()
    bench.reply("channels/create", ALLOCATION_FAILED)
    bench.reply("endpoints/PJSIP/acme", Reply(200, '{"state": "online"}'))
    assert bench.told == [LegEnded(CUSTOMER, Cause.SWITCH_ERROR)]


def test_a_strange_word_is_not_hung_up(bench: Bench) -> None:
    bench.exchange.carry_out(HangUp(LegId("../../asterisk/modules/chan_pjsip.so")))
    assert bench.asked == []


def test_an_unfit_command_never_leaves(bench: Bench) -> None:
    bench.exchange.carry_out(Originate(CUSTOMER, "acme&x", NUMBER, NUMBER, seconds(30)))
    assert bench.asked == []
    assert bench.told == [LegEnded(CUSTOMER, Cause.SWITCH_ERROR)]


def test_a_leg_that_can_not_be_dialled_is_taken_down_as_an_error(bench: Bench) -> None:
    bench.dial()
    bench.exchange.heard(Created(CUSTOMER))
    bench.reply("/dial", Reply(500))
    assert bench.asked[-1] == "DELETE channels/campana-7.2a-c"
    bench.exchange.heard(HangupBegan(CUSTOMER, inside=True))
    bench.exchange.heard(Destroyed(CUSTOMER, 16, None))
    assert bench.told == [LegEnded(CUSTOMER, Cause.SWITCH_ERROR, None)]


def test_a_leg_that_asterisk_does_not_know_ends_though_no_event_comes(bench: Bench) -> None:
    bench.answered()
    bench.exchange.carry_out(HangUp(CUSTOMER))
    bench.reply("campana-7.2a-c", Reply(404))
    assert bench.told == []
    bench.time_out()
    assert bench.told == [LegEnded(CUSTOMER, Cause.WE_HUNG_UP, None)]


def test_an_ended_leg_is_remembered(bench: Bench) -> None:
    bench.dial()
    bench.exchange.heard(Destroyed(CUSTOMER, 17, 486))
    bench.calls.clear()
    bench.dial()
    bench.exchange.carry_out(HangUp(CUSTOMER))
    assert bench.asked == []


# --- talking -----------------------------------------------------------------------------------------


def talking(bench: Bench) -> None:
    bench.answered()
    bench.exchange.carry_out(PlayHoldMusic(CUSTOMER))
    bench.ring_agent()
    bench.exchange.heard(Created(AGENT))
    bench.exchange.heard(Answered(AGENT))
    bench.exchange.carry_out(Bridge(CUSTOMER, AGENT))
    bench.told.clear()


def test_bridging_stops_the_music_and_joins_in_this_order(bench: Bench) -> None:
    talking(bench)
    assert bench.asked[-2:] == [
        "DELETE channels/campana-7.2a-c/moh",
        "POST bridges/campana-7.2a-c.mix/addChannel",
    ]


def test_the_ringing_tone_of_a_call_by_hand_ends_with_the_bridge(bench: Bench) -> None:
    bench.ring_agent()
    bench.exchange.heard(Created(AGENT))
    bench.exchange.heard(Answered(AGENT))
    bench.exchange.carry_out(PlayRinging(AGENT))
    bench.exchange.carry_out(PlayRinging(AGENT))
    assert bench.asked.count("POST channels/campana-7.2a-a1/ring") == 1
    bench.answered()
    bench.exchange.carry_out(Bridge(CUSTOMER, AGENT))
    assert bench.asked[-2:] == [
        "DELETE channels/campana-7.2a-a1/ring",
        "POST bridges/campana-7.2a-c.mix/addChannel",
    ]


def test_a_customer_found_without_a_bridge_gets_one(bench: Bench) -> None:
    bench.exchange.returned(up(Found(CUSTOMER, True, False), Found(AGENT, True, False)))
    bench.exchange.carry_out(Bridge(CUSTOMER, AGENT))
    assert bench.asked == [
        "POST bridges/campana-7.2a-c.mix",
        "DELETE channels/campana-7.2a-c/moh",
        "DELETE playbacks/campana-7.2a-c.play-0",  # nobody knows what it heard
        "DELETE playbacks/campana-7.2a-c.play-1",
        "DELETE channels/campana-7.2a-a1/ring",
        "POST bridges/campana-7.2a-c.mix/addChannel",
    ]


def test_a_refused_bridge_costs_the_agent_not_the_customer(bench: Bench) -> None:
    talking(bench)
    bench.reply("/addChannel", Reply(500))
    bench.calls.clear()
    bench.time_out()
    assert bench.asked == ["DELETE channels/campana-7.2a-a1"]
    bench.exchange.heard(Destroyed(AGENT, 16, None))
    assert bench.told == [LegEnded(AGENT, Cause.SWITCH_ERROR, None)]


def test_a_bridge_refused_because_the_customer_just_left_ends_nobody_else(bench: Bench) -> None:
    talking(bench)
    bench.reply("/addChannel", Reply(404))
    bench.exchange.heard(Destroyed(CUSTOMER, 16, None))
    bench.calls.clear()
    bench.time_out()
    assert bench.asked == []
    assert bench.told == [LegEnded(CUSTOMER, Cause.HUNG_UP, None)]


def test_the_bridge_is_dropped_with_its_customer(bench: Bench) -> None:
    talking(bench)
    bench.exchange.heard(Destroyed(CUSTOMER, 16, None))
    assert bench.asked[-1] == "DELETE bridges/campana-7.2a-c.mix"


def test_music_for_a_customer_whose_agent_left_leaves_the_bridge_first(bench: Bench) -> None:
    talking(bench)
    bench.calls.clear()
    bench.exchange.carry_out(PlayHoldMusic(CUSTOMER))
    assert bench.asked == ["POST bridges/campana-7.2a-c.mix/removeChannel", "POST channels/campana-7.2a-c/moh"]


def test_the_end_waits_for_the_recording(bench: Bench) -> None:
    bench.answered()
    bench.exchange.carry_out(StartRecording(CUSTOMER, "7/2a"))
    bench.exchange.heard(RecorderReady(CUSTOMER))
    bench.exchange.heard(Destroyed(CUSTOMER, 16, None))
    assert bench.told == []
    bench.exchange.heard(RecordingDone(CUSTOMER, "7/2a", 12.0))
    assert bench.told == [RecordingFinished(CUSTOMER, "7/2a", 12.0), LegEnded(CUSTOMER, Cause.HUNG_UP, None)]


def test_the_end_does_not_wait_for_ever(bench: Bench) -> None:
    bench.answered()
    bench.exchange.carry_out(StartRecording(CUSTOMER, "7/2a"))
    bench.exchange.heard(Destroyed(CUSTOMER, 16, None))
    bench.time_out()
    assert bench.told == [LegEnded(CUSTOMER, Cause.HUNG_UP, None)]


def test_a_recording_that_failed_leaves_the_call_up(bench: Bench) -> None:
    bench.answered()
    bench.exchange.carry_out(StartRecording(CUSTOMER, "7/2a"))
    bench.exchange.heard(RecorderReady(CUSTOMER))
    bench.reply("/record", Reply(422))
    assert bench.told == []
    bench.exchange.heard(Destroyed(CUSTOMER, 16, None))
    assert bench.told == [LegEnded(CUSTOMER, Cause.HUNG_UP, None)]


# --- the connection ----------------------------------------------------------------------------------


def test_a_loss_is_told_once_and_commands_are_dropped_until_the_return(bench: Bench) -> None:
    bench.exchange.lost()
    bench.exchange.lost()
    bench.dial()
    assert bench.told == [SwitchLost()]
    assert bench.asked == []


def test_what_happened_meanwhile_is_told_by_the_return_alone(bench: Bench) -> None:
    bench.dial()
    bench.exchange.heard(Created(CUSTOMER))
    bench.exchange.heard(Alerted(CUSTOMER, True))
    bench.exchange.lost()
    bench.told.clear()
    bench.exchange.returned(up(Found(CUSTOMER, answered=True, ringing=False)))
    bench.exchange.heard(Answered(CUSTOMER))
    assert bench.told == [SwitchReturned((LiveLeg(CUSTOMER, True),))]


def test_an_answer_after_the_return_is_told(bench: Bench) -> None:
    bench.exchange.returned(up(Found(CUSTOMER, answered=False, ringing=True)))
    bench.exchange.heard(Answered(CUSTOMER))
    assert bench.told[-2:] == [LegRinging(CUSTOMER), LegAnswered(CUSTOMER)]


def test_a_leg_that_comes_to_life_after_it_was_given_up_is_taken_down(bench: Bench) -> None:
    bench.dial()
    bench.exchange.lost()
    bench.exchange.returned(NOTHING)
    bench.told.clear()
    bench.calls.clear()
    bench.exchange.heard(Created(CUSTOMER))
    assert bench.asked == ["DELETE channels/campana-7.2a-c"]
    bench.exchange.heard(Destroyed(CUSTOMER, 16, None))
    assert bench.told == []


def test_leftovers_are_cleared_away_without_a_word(bench: Bench) -> None:
    bench.exchange.returned(Stock((), frozenset(), frozenset(), (LegId("1f-c"),), (LegId("20-c"),)))
    assert bench.asked == ["DELETE channels/campana-7.1f-c", "DELETE bridges/campana-7.20-c.mix"]
    assert bench.told == [SwitchReturned(())]


def test_a_leg_found_unanswered_does_not_ring_for_ever(bench: Bench) -> None:
    bench.exchange.returned(up(Found(CUSTOMER, answered=False, ringing=False)))
    assert [delay for delay, _ in bench.timers] == [UNANSWERED_LIMIT]
    bench.time_out()
    assert bench.asked == ["DELETE channels/campana-7.2a-c"]
    bench.exchange.heard(HangupBegan(CUSTOMER, inside=True))
    bench.exchange.heard(Destroyed(CUSTOMER, 16, None))
    assert bench.told[-1] == LegEnded(CUSTOMER, Cause.LOST, None)


def test_a_leg_whose_time_out_never_comes_is_taken_down(bench: Bench) -> None:
    bench.dial()
    bench.exchange.heard(Created(CUSTOMER))
    assert [delay for delay, _ in bench.timers] == [30 + RING_GRACE]
    bench.calls.clear()
    bench.time_out()
    assert bench.asked == ["DELETE channels/campana-7.2a-c"]
    bench.reply("campana-7.2a-c", Reply(404))
    bench.time_out()
    assert bench.told == [LegEnded(CUSTOMER, Cause.LOST, None)]


def test_a_recording_found_running_is_told_at_its_end(bench: Bench) -> None:
    stock = Stock((Found(CUSTOMER, True, False),), frozenset({CUSTOMER}), frozenset(), (), ())
    bench.exchange.returned(stock)
    bench.told.clear()
    bench.exchange.heard(RecordingDone(CUSTOMER, "7/2a", 5.0))
    bench.exchange.heard(Destroyed(CUSTOMER, 16, None))
    assert bench.told == [RecordingFinished(CUSTOMER, "7/2a", 5.0), LegEnded(CUSTOMER, Cause.HUNG_UP, None)]


def test_another_engine_with_our_name_is_not_fought(bench: Bench) -> None:
    bench.exchange.heard(Replaced())
    assert bench.replacements == 1


# --- calls that come in, and sounds -------------------------------------------------------------------

CALLER = arrived_leg("1712345678_12")
CAME = CallArrived(CALLER, "+420601", "1555", "carrier")


def caller(bench: Bench) -> None:
    bench.exchange.sounds = "/sounds"
    bench.exchange.heard(Arrived(CALLER, CAME))
    bench.exchange.carry_out(AnswerCall(CALLER))
    bench.exchange.heard(Answered(CALLER))


def test_a_call_that_comes_in_is_told_followed_to_its_end_and_answered_on_command(bench: Bench) -> None:
    caller(bench)
    bench.exchange.heard(Arrived(CALLER, CAME))
    assert bench.asked == ["POST applications/campana-7/subscription", "POST channels/1712345678.12/answer"]
    bench.exchange.heard(Destroyed(CALLER, 16, None))
    assert bench.told == [CAME, LegAnswered(CALLER), LegEnded(CALLER, Cause.HUNG_UP, None)]


def test_a_caller_who_was_gone_before_we_could_listen_has_hung_up(bench: Bench) -> None:
    bench.exchange.heard(Arrived(CALLER, CAME))
    bench.reply("subscription", Reply(422))
    assert bench.told == [CAME, LegEnded(CALLER, Cause.HUNG_UP)]


def test_a_sound_of_the_library_plays_over_and_over_until_the_bridge(bench: Bench) -> None:
    caller(bench)
    bench.exchange.carry_out(PlayHoldMusic(CALLER, "7/waltz"))
    played = bench.calls[-1][0]
    assert (played.path, played.query["media"]) == ("channels/1712345678.12/play", "sound:/sounds/7/waltz")
    first = played.query["playbackId"]
    bench.exchange.heard(PlayingDone(CALLER, 1, failed=False))
    assert bench.calls[-1][0].query["playbackId"] != first
    bench.ring_agent()
    bench.exchange.heard(Created(AGENT))
    bench.exchange.heard(Answered(AGENT))
    before = len(bench.calls)
    bench.exchange.carry_out(Bridge(CALLER, AGENT))
    stopped = [path for path in bench.asked[before:] if path.startswith("DELETE playbacks")]
    assert len(stopped) == 2
    bench.exchange.heard(PlayingDone(CALLER, 0, failed=False))
    assert "play" not in bench.asked[-1]


def test_the_end_of_a_message_is_told_once_and_not_when_something_else_took_its_place(bench: Bench) -> None:
    caller(bench)
    bench.exchange.carry_out(PlaySound(CALLER, "7/closed"))
    bench.exchange.heard(PlayingDone(CALLER, 1, failed=False))
    bench.exchange.heard(PlayingDone(CALLER, 1, failed=False))
    assert bench.told.count(SoundFinished(CALLER)) == 1
    bench.exchange.carry_out(PlaySound(CALLER, "7/closed"))
    bench.exchange.carry_out(PlayHoldMusic(CALLER))
    bench.exchange.heard(PlayingDone(CALLER, 0, failed=False))
    assert bench.told.count(SoundFinished(CALLER)) == 1


@pytest.mark.parametrize("sound", ["7/missing", "../../etc/passwd", ""])
def test_a_message_that_can_not_be_played_is_over_at_once(bench: Bench, sound: str) -> None:
    caller(bench)
    bench.exchange.carry_out(PlaySound(CALLER, sound))
    if sound == "7/missing":
        bench.exchange.heard(PlayingDone(CALLER, 1, failed=True))
    else:
        assert not any(path.endswith("/play") for path in bench.asked)
    assert SoundFinished(CALLER) in bench.told


def test_music_that_can_not_be_played_becomes_the_switchs_own(bench: Bench) -> None:
    caller(bench)
    bench.exchange.carry_out(PlayHoldMusic(CALLER, "7/missing"))
    bench.reply("play", Reply(404))
    assert bench.asked[-1] == "POST channels/1712345678.12/moh"


def test_a_caller_found_after_a_restart_is_told_with_both_numbers(bench: Bench) -> None:
    bench.exchange.returned(up(Found(CALLER, False, False, CAME)))
    assert bench.told[-1] == SwitchReturned((LiveLeg(CALLER, False, CAME),))
    bench.exchange.heard(Destroyed(CALLER, 0, None))
    assert bench.told[-1] == LegEnded(CALLER, Cause.HUNG_UP, None)


def test_music_of_the_library_plays_on_after_the_connection_was_lost(bench: Bench) -> None:
    bench.answered()
    bench.exchange.sounds = "/sounds"
    bench.exchange.carry_out(PlayHoldMusic(CUSTOMER, "1/hello"))
    bench.exchange.lost()
    bench.calls.clear()
    bench.exchange.returned(up(Found(CUSTOMER, answered=True, ringing=False)))
    assert bench.asked[-1] == "POST channels/campana-7.2a-c/play"


@pytest.mark.parametrize(("status", "told"), [(404, []), (200, [RecordingFinished(CUSTOMER, "2a", 0.0)])])
def test_a_recording_of_no_length_is_told_where_there_is_a_file(
    bench: Bench, status: int, told: list[SwitchEvent]
) -> None:
    bench.answered()
    bench.exchange.carry_out(StartRecording(CUSTOMER, "2a"))
    bench.exchange.heard(RecorderReady(CUSTOMER))
    bench.exchange.heard(RecordingDone(CUSTOMER, "2a", 0.0))
    bench.exchange.heard(Destroyed(CUSTOMER, 16, None))
    bench.reply("recordings/stored/2a", Reply(status))
    assert bench.told == [*told, LegEnded(CUSTOMER, Cause.HUNG_UP, None)]
