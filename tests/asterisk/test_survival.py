"""Whatever dies, the people who talk go on talking, and what is told afterwards is true."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest

from campana.engine.inputs import LiveLeg
from campana.engine.outputs import Bridge, HangUp, Originate, PlayHoldMusic, RingAgent, StartRecording
from campana.engine.words import Cause
from campana.kernel.clock import seconds
from campana.kernel.ids import LegId, agent_leg, attempt_id, customer_leg
from campana.kernel.phone import phone_number
from campana.telephony.asterisk import AsteriskSwitch
from campana.telephony.port import Switch
from contract.switch.worlds import Callee, Heard, Telephone, started
from contract.switch.worlds.asterisk import AsteriskWorld
from support.asterisk import Asterisk

pytestmark = [pytest.mark.asterisk, pytest.mark.slow]

ENGINE = Path(__file__).with_name("lone_engine.py")
_attempts = count(1)


def dial(world: AsteriskWorld, callee: Callee = Callee.ANSWERS, switch: Switch | None = None) -> LegId:
    leg = customer_leg(attempt_id(next(_attempts), 12, 0))
    command = Originate(leg, world.trunk, world.number(callee), world.caller_id, seconds(20))
    (switch or world.switch).send(command)
    return leg


def talk(world: AsteriskWorld, heard: Heard) -> tuple[LegId, LegId]:
    attempt = attempt_id(next(_attempts), 12, 0)
    customer, agent = customer_leg(attempt), agent_leg(attempt, 1)
    number = world.number(Callee.ANSWERS)
    world.switch.send(Originate(customer, world.trunk, number, world.caller_id, seconds(20)))
    world.until(lambda: heard.answered(customer))
    endpoint = world.endpoint(Telephone.ANSWERS)
    world.switch.send(RingAgent(agent, endpoint, world.caller_id, seconds(20), customer))
    world.until(lambda: heard.answered(agent))
    world.switch.send(Bridge(customer, agent))
    both = {f"{world.app}.{customer}", f"{world.app}.{agent}"}
    world.until(lambda: any(set(bridge["channels"]) == both for bridge in world.asterisk.ari("GET", "bridges")))
    return customer, agent


def packets(world: AsteriskWorld, leg: LegId) -> tuple[int, int]:
    """Sent to and received from a leg so far."""
    seen = world.asterisk.ari("GET", f"channels/{world.app}.{leg}/rtp_statistics")
    return seen["txcount"], seen["rxcount"]


def assert_hearing_each_other(world: AsteriskWorld, *legs: LegId) -> None:
    before = {leg: packets(world, leg) for leg in legs}

    def flowing() -> bool:
        now = {leg: packets(world, leg) for leg in legs}
        return all(now[leg][i] > before[leg][i] + 10 for leg in legs for i in (0, 1))

    world.until(flowing)


def test_a_talk_goes_on_while_the_connection_is_cut(world: AsteriskWorld, heard: Heard) -> None:
    customer, agent = talk(world, heard)
    world.lose()
    world.until(lambda: heard.losses() == 1)
    assert_hearing_each_other(world, customer, agent)
    world.restore()
    world.until(lambda: len(heard.returns()) == 2)
    assert set(heard.returns()[-1].legs) == {LiveLeg(customer, True), LiveLeg(agent, True)}
    assert_hearing_each_other(world, customer, agent)
    world.switch.send(HangUp(customer))
    world.until(lambda: heard.ended(customer))


def test_a_customer_who_answers_while_the_connection_is_cut_is_kept(world: AsteriskWorld, heard: Heard) -> None:
    leg = dial(world)
    world.until(lambda: heard.ringing(leg))
    world.lose()
    world.until(lambda: heard.losses() == 1)
    world.linger()
    world.restore()
    world.until(lambda: len(heard.returns()) == 2)
    assert heard.returns()[-1].legs == (LiveLeg(leg, True),)
    assert not heard.answered(leg), "the return tells it"


def test_a_talk_survives_the_death_of_the_engine(world: AsteriskWorld) -> None:
    engine = subprocess.Popen(
        [sys.executable, str(ENGINE), world.asterisk.url, world.asterisk.user, world.app, world.trunk],
        env={**os.environ, "CAMPANA_ARI_PASSWORD": world.asterisk.password},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert engine.stdout is not None
    customer, agent, late = (LegId(word) for word in engine.stdout.readline().split())
    engine.send_signal(signal.SIGKILL)
    engine.wait()
    assert_hearing_each_other(world, customer, agent)
    world.linger()  # the late one answers to nobody
    heard = started(world, world.switch)
    assert set(heard.returns()[0].legs) == {LiveLeg(customer, True), LiveLeg(agent, True), LiveLeg(late, True)}
    for leg in (customer, agent, late):
        world.switch.send(HangUp(leg))
    world.until(lambda: all(heard.ended(leg) for leg in (customer, agent, late)))
    assert world.asterisk.channels(world.app) == []


def test_after_asterisk_was_killed_nothing_is_believed_up_and_dialling_goes_on(
    world: AsteriskWorld, heard: Heard
) -> None:
    customer, agent = talk(world, heard)
    ringing = dial(world, Callee.RINGS)
    world.until(lambda: heard.ringing(ringing))
    world.asterisk.kill()
    world.until(lambda: heard.losses() == 1)
    began = time.monotonic()
    world.asterisk.up()
    world.until(lambda: len(heard.returns()) == 2)
    assert heard.returns()[-1].legs == ()
    assert not any(heard.ended(leg) for leg in (customer, agent, ringing))
    again = dial(world)
    world.until(lambda: heard.answered(again))
    assert time.monotonic() - began < 10
    assert heard.losses() == 1


def test_a_trunk_is_not_called_dead_in_the_first_seconds_of_asterisk(world: AsteriskWorld, heard: Heard) -> None:
    """Its first qualify may be late or lost; three dead trunks in a row would pause every campaign."""
    world.asterisk.kill()
    world.until(lambda: heard.losses() == 1)
    world.asterisk.up()
    world.until(lambda: len(heard.returns()) == 2)
    world.linger()  # its qualify fails now; before that a channel would be made
    leg = customer_leg(attempt_id(next(_attempts), 12, 0))
    number = world.number(Callee.ANSWERS)
    world.switch.send(Originate(leg, "dead-carrier", number, world.caller_id, seconds(60)))
    world.settle()
    assert heard.of(leg) == []
    world.switch.send(HangUp(leg))
    world.until(lambda: heard.ended(leg))
    end = heard.end(leg)
    assert end is not None
    assert end.cause is Cause.WE_HUNG_UP


def test_an_asterisk_that_hangs_is_noticed(world: AsteriskWorld, heard: Heard) -> None:
    leg = dial(world)
    world.until(lambda: heard.answered(leg))
    pid = world.asterisk.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        world.until(lambda: heard.losses() == 1)
    finally:
        os.kill(pid, signal.SIGCONT)
    world.until(lambda: len(heard.returns()) == 2)
    assert heard.returns()[-1].legs == (LiveLeg(leg, True),)


def test_two_engines_with_one_name_do_not_fight(world: AsteriskWorld, heard: Heard) -> None:
    """Only one may hold an organisation; the lease decides which, the switch only keeps the peace."""
    newer = world.another()
    news = started(world, newer)
    world.until(lambda: heard.losses() == 1)
    leg = dial(world, switch=newer)
    world.until(lambda: news.answered(leg))
    assert news.losses() == 0
    assert len(heard.returns()) == 1


def test_another_organisations_calls_are_neither_told_nor_touched(world: AsteriskWorld, heard: Heard) -> None:
    neighbour = AsteriskWorld(world.asterisk)
    try:
        news = started(neighbour, neighbour.switch)
        theirs = dial(neighbour)
        neighbour.until(lambda: news.answered(theirs))
        world.lose()
        world.until(lambda: heard.losses() == 1)
        world.restore()
        world.until(lambda: len(heard.returns()) == 2)
        assert heard.returns()[-1].legs == ()
        world.switch.send(HangUp(theirs))
        world.settle()
        assert not news.ended(theirs)
    finally:
        neighbour.close()


def test_a_customer_who_waits_hears_music(world: AsteriskWorld, heard: Heard) -> None:
    leg = dial(world)
    world.until(lambda: heard.answered(leg))
    assert packets(world, leg)[0] == 0
    world.switch.send(PlayHoldMusic(leg))
    world.until(lambda: packets(world, leg)[0] > 20)


def test_a_recording_has_both_voices(world: AsteriskWorld, heard: Heard) -> None:
    customer, agent = talk(world, heard)
    world.switch.send(StartRecording(customer, f"test/{customer}"))
    world.linger()
    world.switch.send(HangUp(agent))
    world.switch.send(HangUp(customer))
    world.until(lambda: heard.ended(customer))
    stored = world.asterisk.home / f"root/var/spool/asterisk/recording/test/{customer}.wav"
    assert stored.stat().st_size > 44 + 2 * 8000 * 2
    assert loudness(stored) > 100


def loudness(file: Path) -> float:
    """Root mean square of a 16-bit recording."""
    import struct
    import wave

    with wave.open(str(file)) as sound:
        data = sound.readframes(sound.getnframes())
    samples = struct.unpack(f"<{len(data) // 2}h", data)
    return float((sum(sample * sample for sample in samples) / max(1, len(samples))) ** 0.5)


def test_a_switch_that_is_not_there_yet_is_waited_for(asterisk: Asterisk, world: AsteriskWorld) -> None:
    world.lose()
    heard = Heard()
    world.switch.start(heard)
    world.settle()
    assert heard.events == []
    world.restore()
    world.until(lambda: bool(heard.returns()))
    assert heard.losses() == 0


def test_a_wrong_password_is_not_a_return(asterisk: Asterisk, world: AsteriskWorld) -> None:
    stranger = AsteriskSwitch(asterisk.url, asterisk.user, "not the password", world.app)
    heard = Heard()
    stranger.start(heard)
    world.settle()
    stranger.close()
    assert heard.events == []


def test_a_number_is_shown_as_the_caller_we_asked_for(world: AsteriskWorld, heard: Heard) -> None:
    leg = customer_leg(attempt_id(next(_attempts), 12, 0))
    number = world.number(Callee.BUSY)
    world.switch.send(Originate(leg, world.trunk, number, phone_number("842812345678"), seconds(10)))
    world.until(lambda: heard.ended(leg))
    log = (world.asterisk.home / "lab" / "carrier.log").read_text(errors="replace")
    line = [line for line in log.splitlines() if f"sip:{number} " in line][-1]
    assert "<sip:842812345678@" in line
