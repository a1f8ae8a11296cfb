"""The fake switch, with a little script for every far end: one step happens each time time passes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import count

from campana.engine.outputs import Command, DetectMachine, Originate, PlaySound, RingAgent
from campana.engine.words import Cause, Verdict
from campana.kernel.ids import LegId
from campana.kernel.phone import PhoneNumber, phone_number
from campana.telephony.fake import FakeSwitch
from contract.switch.worlds import Callee, Telephone

REFUSALS = {
    Callee.BUSY: (Cause.BUSY, 486),
    Callee.REJECTS: (Cause.REJECTED, 603),
    Callee.UNAVAILABLE: (Cause.UNAVAILABLE, 480),
    Callee.NOT_FOUND: (Cause.NOT_FOUND, 404),
    Callee.CONGESTED: (Cause.CONGESTION, 503),
    Telephone.BUSY: (Cause.BUSY, 486),
}


class ScriptedSwitch(FakeSwitch):
    """A fake switch that tells its world what it dialled."""

    def __init__(
        self,
        dialled: Callable[[Originate | RingAgent], None],
        played: Callable[[LegId], None],
        listened: Callable[[LegId], None],
    ) -> None:
        super().__init__(trunks={FakeWorld.trunk})
        self._dialled, self._played, self._listened = dialled, played, listened

    def send(self, command: Command) -> None:
        new = isinstance(command, Originate | RingAgent) and command.leg not in self._seen
        super().send(command)
        if self.connected and isinstance(command, PlaySound) and command.sound == FakeWorld.sound:
            self._played(command.leg)
        if self.connected and isinstance(command, DetectMachine):
            self._listened(command.leg)
        if new and self.connected and isinstance(command, Originate | RingAgent):
            self._dialled(command)


class FakeWorld:
    trunk = "carrier"
    caller_id = phone_number("15550001111")
    sound = "1/hello"

    def __init__(self) -> None:
        self.switch = ScriptedSwitch(self._script, self._play, self._listen)
        self.switch.sounds = [self.sound]
        self._callees: dict[PhoneNumber, Callee] = {}
        self._steps: deque[Callable[[], None]] = deque()
        self._counter = count(1)

    def number(self, callee: Callee) -> PhoneNumber:
        number = phone_number(f"1555000{next(self._counter):04d}")
        self._callees[number] = callee
        return number

    def arrive(self, *, patience: float = 60) -> tuple[str, str]:
        caller, called = f"1555000{next(self._counter):04d}", self.caller_id
        leg = self.switch.arrive(caller, called, self.trunk)
        self._steps.append(lambda: None)
        if patience < 10:
            self._steps.append(lambda: self.switch.end(leg, Cause.HUNG_UP))
        return caller, called

    def endpoint(self, telephone: Telephone) -> str:
        return f"PJSIP/{telephone}"

    def until(self, happened: Callable[[], bool]) -> None:
        while not happened():
            assert self._steps, "nothing more will happen in this world"
            self._steps.popleft()()

    def settle(self) -> None:
        for _ in range(len(self._steps)):
            self._steps.popleft()()

    def linger(self) -> None:
        self.settle()

    def lose(self) -> None:
        self.switch.lose()

    def restore(self) -> None:
        self.switch.come_back()

    def another(self) -> FakeSwitch:
        return self.switch

    def close(self) -> None:
        self.switch.close()

    def _play(self, leg: LegId) -> None:
        self._steps.append(lambda: self.switch.finish_sound(leg))

    def _listen(self, leg: LegId) -> None:
        command = self.switch.legs[leg].command
        machine = isinstance(command, Originate) and self._callees[command.number] is Callee.MACHINE
        self._steps.append(lambda: self.switch.judge(leg, Verdict.MACHINE if machine else Verdict.HUMAN))

    def _script(self, command: Originate | RingAgent) -> None:
        behaviour: Callee | Telephone
        if isinstance(command, Originate):
            behaviour = self._callees[command.number]
        else:
            behaviour = Telephone(command.endpoint.removeprefix("PJSIP/"))
        self._steps.extend(self._steps_of(command.leg, behaviour))

    def _steps_of(self, leg: LegId, behaviour: Callee | Telephone) -> list[Callable[[], None]]:
        switch = self.switch
        if behaviour == Callee.MUTE:
            return [lambda: switch.end(leg, Cause.TRUNK_DEAD)]
        if behaviour in REFUSALS:
            cause, code = REFUSALS[behaviour]
            return [lambda: switch.ring(leg), lambda: switch.end(leg, cause, code)]
        steps = [lambda: switch.ring(leg)]
        if behaviour in {Callee.RINGS, Telephone.RINGS}:
            return [*steps, lambda: None, lambda: switch.end(leg, Cause.RING_TIMEOUT)]
        steps.append(lambda: switch.answer(leg))
        if behaviour in {Callee.HANGS_UP, Telephone.HANGS_UP}:
            steps += [lambda: None, lambda: switch.end(leg, Cause.HUNG_UP)]
        return steps
