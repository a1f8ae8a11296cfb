"""Who hears whom while a supervisor is in a talk, measured in what goes out to each of them."""

from __future__ import annotations

import cmath
import math
import wave
from array import array
from itertools import count

import pytest

from campana.engine.outputs import Bridge, HangUp, Monitor, Originate, RingAgent, StartRecording
from campana.engine.words import MonitorMode
from campana.kernel.clock import seconds
from campana.kernel.ids import LegId, agent_leg, attempt_id, customer_leg
from campana.kernel.phone import phone_number
from contract.switch.worlds import Heard, Telephone
from contract.switch.worlds.asterisk import AsteriskWorld

pytestmark = [pytest.mark.asterisk, pytest.mark.slow]

HERS, THEIRS = (160, 320), (200, 400)
"""Hertz: the voice of the laboratory's telephones, and of its customers who talk for long."""
LOUD = 300.0
_talks, _numbers = count(), count(10)


class Talk:
    """A customer and an agent who talk, and a supervisor whose voice is another one. Voices last some seconds."""

    def __init__(self, world: AsteriskWorld, heard: Heard) -> None:
        self.world, self.heard = world, heard
        attempt = attempt_id(1, 9, next(_talks))
        self.customer, self.agent = customer_leg(attempt), agent_leg(attempt, 1)
        self.supervisor = LegId(f"monitor-{attempt & 0xFFF}")
        for leg in (self.customer, self.agent):
            number = phone_number(f"155530077{next(_numbers):02d}")
            world.switch.send(Originate(leg, world.trunk, number, world.caller_id, seconds(20)))
        world.until(lambda: heard.answered(self.customer) and heard.answered(self.agent))
        world.switch.send(Bridge(self.customer, self.agent))

    def record(self, *legs: LegId) -> None:
        """What goes out to them, from now on."""
        ari, app = self.world.asterisk.ari, self.world.app
        for leg in legs:
            ari("POST", f"channels/{app}.{leg}/snoop/{app}.{leg}.probe?spy=out&app={app}")
        self.world.settle()
        for leg in legs:
            ari("POST", f"channels/{app}.{leg}.probe/record?name=probe-{app}-{leg}&format=wav")

    def let_in(self, *modes: MonitorMode, leg: LegId | None = None) -> None:
        """The supervisor, or somebody else by this leg."""
        world, telephone, leg = self.world, self.world.endpoint(Telephone.ANSWERS), leg or self.supervisor
        if not self.heard.answered(leg):
            world.switch.send(RingAgent(leg, telephone, world.caller_id, seconds(20), self.customer))
            world.until(lambda: self.heard.answered(leg))
        for mode in modes:
            world.switch.send(Monitor(self.customer, leg, mode))

    def loudest(self, leg: LegId, *voice: int) -> float:
        """Of these frequencies in what went out to the leg, in the loudest fifth of a second."""
        self.world.asterisk.ari("DELETE", f"channels/{self.world.app}.{leg}.probe")
        self.world.settle()
        return self.recorded(f"probe-{self.world.app}-{leg}", *voice)

    def recorded(self, name: str, *voice: int) -> float:
        """The same of a recording that has ended."""
        path = self.world.asterisk.home / f"root/var/spool/asterisk/recording/{name}.wav"
        with wave.open(str(path)) as file:
            samples = array("h", file.readframes(file.getnframes()))
        pieces = (samples[at : at + 1600] for at in range(0, len(samples) - 1600, 800))
        return max((min(strength(piece, hertz) for hertz in voice) for piece in pieces), default=0.0)


def strength(samples: array[int], hertz: int) -> float:
    """Amplitude of one frequency."""
    turns = (2 * math.pi * hertz * n / 8000 for n in range(len(samples)))
    return 2 * abs(sum(sample * cmath.exp(-1j * turn) for sample, turn in zip(samples, turns, strict=True))) / 1600


@pytest.mark.parametrize(
    ("modes", "agent_hears", "customer_hears"),
    [
        ([MonitorMode.LISTEN], False, False),
        ([MonitorMode.LISTEN, MonitorMode.BARGE], True, True),
        ([MonitorMode.BARGE, MonitorMode.WHISPER], True, False),
    ],
)
def test_who_hears_the_supervisor_is_as_she_chose(
    world: AsteriskWorld, heard: Heard, modes: list[MonitorMode], agent_hears: bool, customer_hears: bool
) -> None:
    talk = Talk(world, heard)
    talk.record(talk.customer, talk.agent)
    talk.let_in(*modes)
    world.linger()
    assert (talk.loudest(talk.agent, *HERS) > LOUD) is agent_hears
    assert (talk.loudest(talk.customer, *HERS) > LOUD) is customer_hears
    spies = [each["id"] for each in world.asterisk.ari("GET", "channels") if f"{talk.supervisor}.spy-" in each["id"]]
    assert len(spies) == (modes[-1] is not MonitorMode.BARGE)


def test_the_recording_keeps_no_whisper(world: AsteriskWorld, heard: Heard) -> None:
    """What she says to both is in it like everything else that the customer hears."""
    talk, name = Talk(world, heard), f"kept-{world.app}"
    world.switch.send(StartRecording(talk.customer, name))
    world.settle()
    talk.let_in(MonitorMode.WHISPER)
    talk.record(talk.agent)
    world.linger()
    assert talk.loudest(talk.agent, *HERS) > LOUD
    world.switch.send(HangUp(talk.customer))
    world.until(lambda: heard.ended(talk.customer))
    world.settle()
    assert talk.recorded(name, *THEIRS) > LOUD
    assert talk.recorded(name, *HERS) < LOUD


def test_she_hears_the_talk_and_her_leg_outlives_it(world: AsteriskWorld, heard: Heard) -> None:
    talk = Talk(world, heard)
    talk.let_in(MonitorMode.LISTEN)
    talk.record(talk.supervisor)
    world.linger()
    assert talk.loudest(talk.supervisor, *THEIRS) > LOUD
    world.switch.send(HangUp(talk.customer))
    world.until(lambda: heard.ended(talk.customer))
    world.settle()
    assert not heard.ended(talk.supervisor)
    world.switch.send(HangUp(talk.supervisor))
    world.until(lambda: heard.ended(talk.supervisor))
    world.settle()
    assert not [each["id"] for each in world.asterisk.ari("GET", "channels") if str(talk.supervisor) in each["id"]]


def test_two_supervisors_in_one_talk_do_not_disturb_each_other(world: AsteriskWorld, heard: Heard) -> None:
    """Both listen, one whispers, the other leaves, the first joins."""
    talk, other = Talk(world, heard), LegId("monitor-4999")
    talk.let_in(MonitorMode.LISTEN, leg=other)
    talk.record(talk.customer, talk.agent, other)
    talk.let_in(MonitorMode.LISTEN)  # her voice, which lasts some seconds only, begins when somebody writes it down
    talk.let_in(MonitorMode.WHISPER)
    world.linger()
    assert talk.loudest(talk.agent, *HERS) > LOUD
    assert talk.loudest(talk.customer, *HERS) < LOUD
    assert talk.loudest(other, *THEIRS) > LOUD
    world.switch.send(HangUp(other))
    world.until(lambda: heard.ended(other))
    talk.let_in(MonitorMode.BARGE)
    talk.record(talk.supervisor)
    world.linger()
    assert talk.loudest(talk.supervisor, *THEIRS) > LOUD
    together = {f"{world.app}.{leg}" for leg in (talk.customer, talk.agent, talk.supervisor)}
    assert together in [set(bridge["channels"]) for bridge in world.asterisk.ari("GET", "bridges")]
    world.switch.send(HangUp(talk.customer))
    world.until(lambda: heard.ended(talk.customer))
    world.switch.send(HangUp(talk.agent))
    world.switch.send(HangUp(talk.supervisor))
    world.until(lambda: heard.ended(talk.agent) and heard.ended(talk.supervisor))
    world.settle()
    assert world.asterisk.channels(world.app) == []
