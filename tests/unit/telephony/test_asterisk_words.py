"""What goes to Asterisk and what comes from it, as words."""

from __future__ import annotations

from typing import Any

import pytest

from campana.engine.inputs import CallArrived
from campana.engine.outputs import Originate, RingAgent
from campana.kernel.clock import seconds
from campana.kernel.ids import LegId, arrived_leg, has_arrived
from campana.kernel.phone import PhoneNumber
from campana.telephony.asterisk import commands
from campana.telephony.asterisk.events import (
    Alerted,
    Answered,
    Arrived,
    Created,
    Destroyed,
    HangupBegan,
    RecorderReady,
    RecordingDone,
    Replaced,
    news,
)
from campana.telephony.asterisk.names import Kind, Names
from campana.telephony.asterisk.reconcile import Found, take_stock

NAMES = Names("campana-7")
CUSTOMER, AGENT = LegId("2a-c"), LegId("2a-a1")


def originate(**changes: Any) -> Originate:
    facts: dict[str, Any] = {
        "leg": CUSTOMER,
        "trunk": "acme",
        "number": PhoneNumber("84912345678"),
        "caller_id": PhoneNumber("842812345678"),
        "ring": seconds(30),
    }
    return Originate(**facts | changes)


def channel(identity: str, state: str = "Down") -> dict[str, Any]:
    return {"id": identity, "state": state}


# --- commands ----------------------------------------------------------------------------------------


def test_a_leg_is_created_in_the_application_under_its_own_name() -> None:
    call = commands.create(originate(), NAMES)
    assert (call.method, call.path) == ("POST", "channels/create")
    assert call.query == {"endpoint": "PJSIP/84912345678@acme", "app": "campana-7", "channelId": "campana-7.2a-c"}
    assert call.body is not None
    assert call.body["variables"]["CONNECTEDLINE(num,i)"] == "842812345678"


@pytest.mark.parametrize(
    "changes",
    [
        {"number": PhoneNumber("84912345678@evil.example")},
        {"number": PhoneNumber("8491234567\n8")},
        {"number": PhoneNumber("１２３４５６７８９")},
        {"caller_id": PhoneNumber('"Boss" <1>')},
        {"trunk": "acme&PJSIP/1"},
        {"trunk": "acme/../x"},
        {"trunk": ""},
        {"leg": LegId("2a-c/../../x")},
        {"leg": LegId("2a-c.mix")},
    ],
)
def test_a_word_that_could_mean_something_else_to_asterisk_is_unfit(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        commands.create(originate(**changes), NAMES)


@pytest.mark.parametrize("endpoint", ["Local/1@from-trunk", "PJSIP/1001&PJSIP/1002", "PJSIP/a/sip:x@evil", "1001", ""])
def test_only_one_plain_telephone_can_be_rung(endpoint: str) -> None:
    command = RingAgent(AGENT, endpoint, PhoneNumber("84912345678"), seconds(20), CUSTOMER)
    with pytest.raises(commands.Unfit):
        commands.create(command, NAMES)


def test_the_ring_time_is_whole_seconds_and_never_none() -> None:
    assert commands.dial(CUSTOMER, seconds(14.2), NAMES).query["timeout"] == "15"
    assert commands.dial(CUSTOMER, seconds(0), NAMES).query["timeout"] == "1", "0 would ring for ever"


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("7/2026-03/2a", True),
        ("2a", True),
        ("../2a", False),
        ("a/../b", False),
        ("/2a", False),
        ("a b", False),
        ("", False),
    ],
)
def test_a_recording_can_not_leave_its_folder(name: str, fit: bool) -> None:
    assert commands.is_recording_name(name) is fit


# --- names -------------------------------------------------------------------------------------------


def test_only_our_own_names_are_read_back() -> None:
    assert NAMES.parse(NAMES.channel(CUSTOMER)) == (Kind.LEG, CUSTOMER)
    assert NAMES.parse(NAMES.recorder(CUSTOMER)) == (Kind.RECORDER, CUSTOMER)
    assert NAMES.parse(NAMES.bridge(CUSTOMER)) == (Kind.BRIDGE, CUSTOMER)
    for stranger in ("campana-70.2a-c", "campana-7", "campana-7.", "campana-7.2a-c.other", "a.1712345678.12", ""):
        assert NAMES.parse(stranger) is None


@pytest.mark.parametrize("name", ["1712345678.12", "sip-one-1712345678.12"])
def test_a_call_that_came_in_keeps_the_name_asterisk_gave_it(name: str) -> None:
    kind, leg = NAMES.parse(name) or (None, LegId(""))
    assert (kind, NAMES.channel(leg)) == (Kind.LEG, name)
    assert has_arrived(leg)
    assert NAMES.parse(NAMES.bridge(leg)) == (Kind.BRIDGE, leg)
    assert NAMES.playback_of(NAMES.playback(leg, 1)) == (leg, 1)


def test_only_what_the_dialplan_sent_to_us_has_come_in() -> None:
    def started(*words: str, app: str = "campana-7") -> dict[str, Any]:
        channel = {"id": "1712345678.12", "caller": {"number": "+420601"}, "state": "Ring"}
        return {"type": "StasisStart", "application": app, "args": list(words), "channel": channel}

    leg = arrived_leg("1712345678_12")
    told = CallArrived(leg, "+420601", "1555", "carrier")
    assert news(started("in", "1555", "carrier"), NAMES) == Arrived(leg, told)
    assert news(started(), NAMES) is None
    assert news(started("out", "1555", "carrier"), NAMES) is None


def test_a_look_at_all_channels_finds_our_callers_and_nobody_elses() -> None:
    def channel(number: int, app: str, state: str = "Ring") -> dict[str, Any]:
        where = {"app_name": "Stasis", "app_data": f"{app},in,1555,carrier"}
        return {"id": f"1712345678.{number}", "caller": {"number": "420"}, "state": state, "dialplan": where}

    channels = [
        channel(1, "campana-7"),
        channel(2, "campana-70"),
        channel(3, "campana-7", "Up"),
        channel(4, "campana-7"),
    ]
    stock = take_stock(channels, [], NAMES, ended={arrived_leg("1712345678_4")}, undialled=())
    assert [(found.leg, found.answered) for found in stock.legs] == [
        (arrived_leg("1712345678_1"), False), (arrived_leg("1712345678_3"), True),
    ]  # fmt: skip
    assert all(found.arrived is not None for found in stock.legs)
    assert stock.leftover_legs == (arrived_leg("1712345678_4"),)


@pytest.mark.parametrize("app", ["", "campana,evil", "campana.7", "campana 7"])
def test_an_application_has_a_plain_name(app: str) -> None:
    with pytest.raises(ValueError):
        Names(app)


# --- events ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "meaning"),
    [
        ({"type": "StasisStart", "channel": channel("campana-7.2a-c")}, Created(CUSTOMER)),
        ({"type": "StasisStart", "channel": channel("campana-7.2a-c.rec")}, RecorderReady(CUSTOMER)),
        ({"type": "ChannelStateChange", "channel": channel("campana-7.2a-c", "Ringing")}, Alerted(CUSTOMER, True)),
        ({"type": "ChannelStateChange", "channel": channel("campana-7.2a-c", "Up")}, Answered(CUSTOMER)),
        ({"type": "ChannelStateChange", "channel": channel("campana-7.2a-c", "Dialing")}, None),
        ({"type": "Dial", "dialstatus": "", "peer": channel("campana-7.2a-c")}, None),
        ({"type": "Dial", "dialstatus": "RINGING", "peer": channel("campana-7.2a-c")}, Alerted(CUSTOMER, True)),
        ({"type": "Dial", "dialstatus": "PROGRESS", "peer": channel("campana-7.2a-c")}, Alerted(CUSTOMER, False)),
        ({"type": "Dial", "dialstatus": "ANSWER", "peer": channel("campana-7.2a-c")}, Answered(CUSTOMER)),
        (
            {"type": "ChannelHangupRequest", "cause": 32, "soft": True, "channel": channel("campana-7.2a-c")},
            HangupBegan(CUSTOMER, inside=True),
        ),
        (
            {"type": "ChannelHangupRequest", "cause": 17, "tech_cause": 486, "channel": channel("campana-7.2a-c")},
            HangupBegan(CUSTOMER, inside=False),
        ),
        (
            {"type": "ChannelDestroyed", "cause": 17, "tech_cause": 486, "channel": channel("campana-7.2a-c")},
            Destroyed(CUSTOMER, 17, 486),
        ),
        (
            {"type": "ChannelDestroyed", "cause": 16, "channel": channel("campana-7.2a-c")},
            Destroyed(CUSTOMER, 16, None),
        ),
        ({"type": "ChannelDestroyed", "cause": 16, "channel": channel("campana-7.2a-c.rec")}, None),
        ({"type": "ChannelDestroyed", "cause": 16, "channel": channel("campana-8.2a-c")}, None),
        (
            {
                "type": "RecordingFinished",
                "recording": {"name": "7/2a", "duration": 12, "target_uri": "channel:campana-7.2a-c.rec"},
            },
            RecordingDone(CUSTOMER, "7/2a", 12.0),
        ),
        (
            {"type": "RecordingFailed", "recording": {"name": "7/2a", "target_uri": "channel:campana-7.2a-c.rec"}},
            RecordingDone(CUSTOMER, "7/2a", None),
        ),
        ({"type": "ApplicationReplaced", "application": "campana-7"}, Replaced()),
        ({"type": "ChannelVarset", "variable": "X", "value": "1"}, None),
    ],
)
def test_an_event_means_one_thing_or_nothing(event: dict[str, Any], meaning: object) -> None:
    assert news(event, NAMES) == meaning


# --- taking stock ------------------------------------------------------------------------------------


def test_taking_stock_finds_ours_and_what_is_left_over() -> None:
    channels = [
        channel("campana-7.2a-c", "Up"),
        channel("campana-7.2a-c.rec", "Up"),
        channel("campana-7.2b-c", "Ringing"),
        channel("campana-7.2c-c", "Down"),
        channel("campana-7.2d-c", "Down"),
        channel("campana-7.1f-c", "Up"),
        channel("campana-8.2a-c", "Up"),
        channel("1712345678.12", "Up"),
    ]
    bridges = [{"id": "campana-7.2a-c.mix"}, {"id": "campana-7.20-c.mix"}, {"id": "campana-8.1-c.mix"}, {"id": "x"}]
    stock = take_stock(channels, bridges, NAMES, ended={LegId("1f-c")}, undialled={LegId("2d-c"), LegId("2b-c")})
    assert stock.legs == (
        Found(LegId("2a-c"), answered=True, ringing=False),
        Found(LegId("2b-c"), answered=False, ringing=True),
        Found(LegId("2c-c"), answered=False, ringing=False),
    )
    assert stock.recorded == {LegId("2a-c")}
    assert stock.bridged == {LegId("2a-c")}
    assert set(stock.leftover_legs) == {LegId("1f-c"), LegId("2d-c")}
    assert stock.leftover_bridges == (LegId("20-c"),)
