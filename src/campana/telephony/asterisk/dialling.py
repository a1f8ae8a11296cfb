"""The life of one leg: created, dialled, ringing, answered, ended; whoever ends it.

No sockets in here: requests leave through ``call``, events through ``tell``, time is asked of ``later``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

import structlog

from campana.engine.inputs import LegAnswered, LegEnded, LegRinging
from campana.engine.outputs import Originate, RingAgent
from campana.engine.words import Cause
from campana.kernel.ids import LegId
from campana.telephony.asterisk import commands
from campana.telephony.asterisk.causes import cause_of, sip_code
from campana.telephony.asterisk.client import Reply, Then
from campana.telephony.asterisk.commands import Call
from campana.telephony.asterisk.legs import Leg, Legs
from campana.telephony.asterisk.names import Names, is_leg
from campana.telephony.port import SwitchEvent

log = structlog.get_logger("campana.telephony")

Later: TypeAlias = Callable[[float, Callable[[], None]], Any]

RECORDING_GRACE = 2.0
"""How long the end of a leg is held back for its recording."""
GONE_GRACE = 2.0
"""A leg that Asterisk does not know is ended after so long, should its event never come."""
SETTLING = 20.0
"""For so long after a start or a reload of Asterisk a trunk may be offline without being dead."""
AGAIN = 1.0
RING_GRACE = 15.0
"""How long past its ring time a leg may be unanswered; early media makes Asterisk's time-out run late."""


class Dialling:
    def __init__(
        self, names: Names, *, tell: Callable[[SwitchEvent], None], call: Callable[[Call, Then], None], later: Later
    ) -> None:
        self._names = names
        self._tell, self._call, self._later = tell, call, later
        self.connected = False
        self.legs = Legs()

    # --- its beginning ------------------------------------------------------------------------------

    def _begin(self, command: Originate | RingAgent) -> None:
        if self.legs.knows(command.leg):
            return
        leg = self.legs.add(Leg(command.leg, command))
        try:
            call = commands.create(command, self._names)
        except ValueError as error:
            log.error("switch.unfit_command", problem=str(error))  # noqa: TRY400
            self._end(leg, Cause.SWITCH_ERROR)
            return
        self._call(call, partial(self._created, leg, command))
        self._later(command.ring.total_seconds() + RING_GRACE, partial(self._give_up, leg))

    def _created(self, leg: Leg, command: Originate | RingAgent, reply: Reply) -> None:
        if reply.ok or reply.lost or not self._alive(leg):
            return
        if leg.asked:
            self._end(leg, Cause.WE_HUNG_UP)
        elif reply.status == 500:
            # "Allocation failed": no such endpoint, nobody can be reached at it, or Asterisk has no room.
            self._call(commands.lookup(command), partial(self._unreachable, leg, command))
        else:
            log.warning("switch.refused", leg=leg.id, status=reply.status, said=reply.text[:200])
            self._end(leg, Cause.SWITCH_ERROR)

    def _unreachable(self, leg: Leg, command: Originate | RingAgent, reply: Reply) -> None:
        if reply.lost or not self._alive(leg):
            return
        if leg.asked:
            self._end(leg, Cause.WE_HUNG_UP)
        elif not reply.ok or reply.json().get("state") != "offline":
            log.warning("switch.no_channel", leg=leg.id, status=reply.status, said=reply.text[:200])
            self._end(leg, Cause.SWITCH_ERROR)
        elif isinstance(command, RingAgent):
            self._end(leg, Cause.UNAVAILABLE)
        else:
            self._call(commands.since_when(), partial(self._started, leg, command))

    def _started(self, leg: Leg, command: Originate, reply: Reply) -> None:
        since = reply
        self._call(commands.what_time(), lambda now: self._judge_trunk(leg, command, since, now))

    def _judge_trunk(self, leg: Leg, command: Originate, since: Reply, now: Reply) -> None:
        """In the first seconds of Asterisk a busy machine may lose the first qualify: that is not a dead trunk."""
        if since.lost or now.lost or not self._alive(leg):
            return
        if leg.asked:
            self._end(leg, Cause.WE_HUNG_UP)
        elif _age(since, now) > SETTLING:
            self._end(leg, Cause.TRUNK_DEAD)
        else:
            self._later(AGAIN, partial(self._create_again, leg, command))

    def _create_again(self, leg: Leg, command: Originate) -> None:
        if not self._alive(leg):
            return
        if leg.asked:
            self._end(leg, Cause.WE_HUNG_UP)
        else:
            self._call(commands.create(command, self._names), partial(self._created, leg, command))

    def _dial(self, leg: Leg) -> None:
        if leg.dialled or leg.asked or leg.command is None:
            return
        leg.dialled = True
        if isinstance(leg.command, Originate):
            # Else it would ring in the one bridge that Asterisk keeps for all dialled channels, whose cost
            # grows with every channel in it: at 300 ringing customers a call costs more than twice as much.
            self._need_bridge(leg)
            self._request(commands.join(leg.id, self._names, leg.id))
        self._call(commands.dial(leg.id, leg.command.ring, self._names), partial(self._dialling, leg))

    def _dialling(self, leg: Leg, reply: Reply) -> None:
        if not reply.ok and not reply.lost and self._alive(leg) and not leg.asked and leg.by is None:
            log.warning("switch.not_dialled", leg=leg.id, status=reply.status, said=reply.text[:200])
            self._refuse(leg, Cause.SWITCH_ERROR)

    def _need_bridge(self, customer: Leg) -> None:
        if not customer.bridge:
            customer.bridge = True
            self._request(commands.make_bridge(customer.id, self._names))

    def _give_up(self, leg: Leg) -> None:
        """Asterisk's own time-out must have come by now: an event was lost, or the dialling never began."""
        if self._alive(leg) and not leg.answered:
            log.warning("switch.rings_too_long", leg=leg.id)
            self._refuse(leg, Cause.LOST)

    # --- its middle ---------------------------------------------------------------------------------

    def _alerted(self, leg: Leg, *, ringing: bool) -> None:
        leg.alerted = True
        if ringing and not leg.ringing and not leg.answered:
            leg.ringing = True
            self._tell(LegRinging(leg.id))

    def _answered(self, leg: Leg) -> None:
        if not leg.answered:
            leg.answered = leg.alerted = True
            self._tell(LegAnswered(leg.id))

    # --- its end ------------------------------------------------------------------------------------

    def _hang_up(self, leg_id: LegId) -> None:
        leg = self.legs.get(leg_id)
        if leg is None:
            if not self.legs.knows(leg_id):
                self._hang_up_stranger(leg_id)
            return
        leg.asked = True
        self._call(commands.hang_up(leg.id, self._names), partial(self._hung_up, leg))

    def _hung_up(self, leg: Leg, reply: Reply) -> None:
        if reply.status == 404:
            self._later(GONE_GRACE, partial(self._vanished, leg))

    def _vanished(self, leg: Leg) -> None:
        if self._alive(leg):
            self._end(leg, leg.verdict or Cause.WE_HUNG_UP)

    def _hang_up_stranger(self, leg_id: LegId) -> None:
        if is_leg(leg_id):
            self._request(commands.hang_up(leg_id, self._names))

    def _destroyed(self, leg: Leg, q850: int, sip: int | None) -> None:
        ending = leg.ending(q850, sip)
        self._end(leg, leg.verdict or cause_of(ending), None if leg.verdict else sip_code(ending))

    def _refuse(self, leg: Leg, cause: Cause) -> None:
        """End a leg because the switch can not do what was asked of it."""
        leg.verdict = leg.verdict or cause
        self._call(commands.hang_up(leg.id, self._names), partial(self._hung_up, leg))

    def _end(self, leg: Leg, cause: Cause, code: int | None = None) -> None:
        if leg.ended is not None:
            return
        leg.ended = LegEnded(leg.id, cause, code)
        if leg.spies:
            self._request(commands.drop_spy(leg.id, leg.spies, self._names))
        if leg.bridge:
            self._request(commands.drop_bridge(leg.id, self._names))
        if leg.recording:
            self._later(RECORDING_GRACE, partial(self._recording_over, leg))
        else:
            self._finish(leg, leg.ended)

    def _recording_over(self, leg: Leg) -> None:
        leg.recording = False
        if leg.ended is not None and self._alive(leg):
            self._finish(leg, leg.ended)

    def _finish(self, leg: Leg, ended: LegEnded) -> None:
        self.legs.end(leg.id)
        self._tell(ended)

    def _alive(self, leg: Leg) -> bool:
        return self.connected and self.legs.has(leg)

    def _request(self, call: Call) -> None:
        self._call(call, _logged(call))


def _age(since: Reply, now: Reply) -> float:
    """Seconds since Asterisk started or reloaded, by its own clock."""
    if not since.ok or not now.ok:
        return SETTLING + 1
    status = since.json()["status"]
    moments = [datetime.fromisoformat(status[name]) for name in ("startup_time", "last_reload_time")]
    return (datetime.fromisoformat(now.json()["timestamp"]) - max(moments)).total_seconds()


def _logged(call: Call) -> Then:
    """For requests whose failure changes nothing: the thing is gone, or an event will tell."""

    def then(reply: Reply) -> None:
        if not reply.ok and reply.status not in {0, 404}:
            log.info("ari.said_no", method=call.method, status=reply.status, said=reply.text[:200])

    return then
