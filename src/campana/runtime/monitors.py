"""Supervisors who hear a talk: their telephone rings, and what it hears is the customer's leg.

The customer's leg and not the agent's, for it lasts as long as the talk, whatever becomes of the agent's telephone.
"""

from __future__ import annotations

from campana.calls.models import Attempt, Monitor
from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.words import Cause, MonitorMode
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId
from campana.kernel.phone import PhoneNumber
from campana.relay.mailbox import ring_screens
from campana.relay.models import Message
from campana.runtime.beside import RING, CallsBeside


class Monitors(CallsBeside):
    kinds = ("monitor", "monitor_mode", "monitor_end")
    mark = "monitor"

    def __init__(self, organisation_id: int) -> None:
        super().__init__(Monitor.objects.filter(organisation_id=organisation_id).select_related("listener"))
        self._organisation_id = organisation_id
        self._talks: dict[int, LegId] = {}
        """The customers' legs they hear."""

    def hears_of(self, event: i.Input) -> bool:
        return isinstance(event, i.LegEnded) and event.leg in self._talks.values()

    def hear(self, event: i.Input, now: Instant) -> list[o.Command]:
        """The talk is over: whoever heard it is let go."""
        if isinstance(event, i.LegEnded) and self.hears_of(event):
            over = [pk for pk, leg in self._talks.items() if leg == event.leg]
            return [command for pk in over for command in self._end(pk, now)]
        return super().hear(event, now)

    def _order(self, row: Monitor) -> list[o.Command]:
        attempt = Attempt.objects.filter(pk=row.attempt_id, ended_at=None).select_related("hotline").first()
        if attempt is None:
            return []
        self._talks[row.pk] = LegId(row.leg)
        telephone, line = row.listener.rings_at, PhoneNumber(attempt.hotline.number)
        return [o.RingAgent(self._leg(row.pk), telephone, line, RING, LegId(row.leg))]

    def _told(self, pk: int, event: i.Input, now: Instant) -> list[o.Command]:
        if not isinstance(event, i.LegAnswered) or pk in self._hung_up:
            return []
        row = self._rows.filter(pk=pk, answered_at=None).first()
        if row is None:
            return []
        self._rows.filter(pk=pk).update(answered_at=now)
        self._due[pk] = None
        self._show(pk)
        return [o.Monitor(LegId(row.leg), self._leg(pk), MonitorMode(row.mode))]

    def _wished(self, pk: int, message: Message) -> list[o.Command]:
        if pk not in self._due or self._due[pk] is not None:
            return []  # rings, or is hung up; once the telephone is answered the row says how
        return [o.Monitor(self._talks[pk], self._leg(pk), MonitorMode(message.payload["mode"]))]

    def _over(self, pk: int, now: Instant, cause: Cause, sip_code: int | None = None) -> None:
        self._show(pk)
        super()._over(pk, now, cause)
        self._talks.pop(pk, None)

    def _show(self, pk: int) -> None:
        agents = list(self._rows.filter(pk=pk).values_list("listener_id", flat=True))
        ring_screens(organisation_id=self._organisation_id, agents=agents)
