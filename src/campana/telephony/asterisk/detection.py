"""Person or machine: a second channel listens to the customer and goes through AMD, while the leg hears its music.

Asterisk's AMD tells people and machines apart by the lengths of words and pauses. It knows no fax and no robot, and
says nothing of how sure it is. Where it can not be asked (no module, no such place in the dialplan, a request that
failed) the verdict is "unsure".
"""

from __future__ import annotations

from functools import partial

import structlog

from campana.engine.inputs import VerdictReached
from campana.engine.outputs import DetectMachine
from campana.engine.words import Verdict
from campana.telephony.asterisk import commands
from campana.telephony.asterisk.client import Reply
from campana.telephony.asterisk.legs import Leg
from campana.telephony.asterisk.sounds import Sounds

log = structlog.get_logger("campana.telephony")

LATE = 0.5
"""Seconds after its time at which AMD will say nothing any more."""


class Detection(Sounds):
    def _detect(self, command: DetectMachine) -> None:
        leg = self.legs.get(command.leg)
        if leg is None or not leg.answered or leg.listens is not None:
            return
        leg.listens = command
        self._call(commands.make_detector(leg.id, self._names), partial(self._asked, leg, command))
        self._later(command.longest.total_seconds() + LATE, partial(self._silent, leg, command))

    def _detector_ready(self, leg: Leg) -> None:
        if leg.listens is None:
            self._request(commands.drop_detector(leg.id, self._names))
            return
        self._request(commands.name_app(leg.id, self._names))
        call = commands.listen(leg.id, leg.listens.longest, self._names)
        self._call(call, partial(self._asked, leg, leg.listens))

    def _asked(self, leg: Leg, command: DetectMachine, reply: Reply) -> None:
        if reply.ok or reply.lost or leg.listens is not command:
            return
        log.warning("switch.not_detected", leg=leg.id, status=reply.status, said=reply.text[:200])
        self._judged(leg, Verdict.UNSURE)

    def _silent(self, leg: Leg, command: DetectMachine) -> None:
        if leg.listens is command and self._alive(leg):
            log.warning("switch.no_verdict", leg=leg.id)
            self._judged(leg, Verdict.UNSURE)

    def _judged(self, leg: Leg, verdict: Verdict) -> None:
        if leg.listens is None:
            return
        self._listen_no_more(leg)
        if self._alive(leg) and leg.ended is None:
            self._tell(VerdictReached(leg.id, verdict))

    def _listen_no_more(self, leg: Leg) -> None:
        if leg.listens is not None:
            leg.listens = None
            self._request(commands.drop_detector(leg.id, self._names))
