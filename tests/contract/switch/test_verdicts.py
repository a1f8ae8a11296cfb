"""Machine detection, on every driver: who picked up is told once, while the call is ours and nobody talks in it."""

from __future__ import annotations

from campana.engine.outputs import Bridge, DetectMachine, HangUp, PlayHoldMusic
from campana.engine.words import Verdict
from campana.kernel.clock import seconds
from campana.kernel.ids import LegId
from contract.switch.conftest import Desk
from contract.switch.worlds import Callee, Heard, Telephone, World


def listen(world: World, *legs: LegId) -> None:
    for leg in legs:
        world.switch.send(PlayHoldMusic(leg))
        world.switch.send(DetectMachine(leg, seconds(6)))


def test_a_person_and_a_machine_are_told_apart_while_the_music_plays(world: World, heard: Heard, desk: Desk) -> None:
    person, machine = desk.dial(Callee.ANSWERS), desk.dial(Callee.MACHINE)
    world.until(lambda: heard.answered(person))
    listen(world, person)
    world.until(lambda: heard.answered(machine))
    listen(world, machine)
    world.until(lambda: bool(heard.verdicts(person) and heard.verdicts(machine)))
    assert heard.verdicts(person) == [Verdict.HUMAN]
    assert heard.verdicts(machine) == [Verdict.MACHINE]
    assert not heard.ended(person)
    assert not heard.ended(machine)


def test_a_person_on_a_line_that_loses_sound_is_a_person(world: World, heard: Heard, desk: Desk) -> None:
    person = desk.dial(Callee.CHOPPED)
    world.until(lambda: heard.answered(person))
    listen(world, person)
    world.until(lambda: bool(heard.verdicts(person)))
    assert heard.verdicts(person) == [Verdict.HUMAN]


def test_a_leg_that_ended_and_a_talk_are_not_judged(world: World, heard: Heard, desk: Desk) -> None:
    gone, talking = desk.dial(Callee.ANSWERS), desk.dial(Callee.ANSWERS)
    agent = desk.call_agent(Telephone.ANSWERS, talking)
    world.until(lambda: all(heard.answered(leg) for leg in (gone, talking, agent)))
    listen(world, gone, talking)
    world.switch.send(HangUp(gone))
    world.switch.send(Bridge(talking, agent))
    world.until(lambda: heard.ended(gone))
    world.linger()
    assert (heard.verdicts(gone), heard.verdicts(talking)) == ([], [])
    assert not heard.ended(talking)


def test_nobody_waits_for_the_verdict_of_a_connection_that_was_lost(world: World, heard: Heard, desk: Desk) -> None:
    leg = desk.dial(Callee.ANSWERS)
    world.until(lambda: heard.answered(leg))
    listen(world, leg)
    world.lose()
    world.until(lambda: bool(heard.losses()))
    world.restore()
    world.until(lambda: len(heard.returns()) == 2)
    assert [up.leg for up in heard.returns()[1].legs] == [leg]
    world.linger()
    assert heard.verdicts(leg) == []
    assert not heard.ended(leg)
