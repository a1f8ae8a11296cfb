"""Test calls of administrators: one call over one trunk."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models.functions import Coalesce

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.words import Cause
from campana.hotlines.models import TestCall
from campana.kernel.clock import Instant
from campana.kernel.phone import PhoneNumber
from campana.runtime.beside import RING, CallsBeside

TALK: Final = timedelta(seconds=20)
"""How long who answers hears music before we hang up."""


class TestCalls(CallsBeside):
    kinds = ("test_call", "test_call_end")
    mark = "test"

    def __init__(self, organisation_id: int) -> None:
        super().__init__(TestCall.objects.filter(organisation_id=organisation_id).select_related("trunk"))

    def _order(self, row: TestCall) -> list[o.Command]:
        number, caller_id = PhoneNumber(row.number), PhoneNumber(row.caller_id)
        return [o.Originate(self._leg(row.pk), row.trunk.endpoint, number, caller_id, RING)]

    def _told(self, pk: int, event: i.Input, now: Instant) -> list[o.Command]:
        rows = self._rows.filter(pk=pk)
        if isinstance(event, i.LegRinging):
            rows.update(ringing_at=Coalesce("ringing_at", now))
            return []
        heard_first = isinstance(event, i.LegAnswered) and rows.filter(answered_at=None).update(answered_at=now)
        if not heard_first or pk in self._hung_up:
            return []
        self._due[pk] = now + TALK
        return [o.PlayHoldMusic(self._leg(pk))]

    def _over(self, pk: int, now: Instant, cause: Cause, sip_code: int | None = None) -> None:
        self._rows.filter(pk=pk).update(sip_code=sip_code)
        super()._over(pk, now, cause)
