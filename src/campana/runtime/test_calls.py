"""Test calls of administrators: one call over one trunk, beside the engine, which knows nothing of them.

The row is committed as begun before the order leaves, so a call is made at most once; a new engine's process ends
what the old one left open. Legs are called ``test-…``: their events are taken out before the engine hears them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db.models.functions import Coalesce

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.words import Cause
from campana.hotlines.models import TestCall
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId
from campana.kernel.phone import PhoneNumber
from campana.relay.models import Message

KINDS: Final = ("test_call", "test_call_end")
RING: Final = timedelta(seconds=30)
TALK: Final = timedelta(seconds=20)
"""How long who answers hears music before we hang up."""
STALE: Final = timedelta(seconds=20)
"""Nobody waits longer for a test call to begin; one that is found later is not made any more."""
GRACE: Final = timedelta(seconds=15)
"""The switch tells the end within this, or it is lost."""
_MARK: Final = "test-"


class TestCalls:
    """Those of one organisation. Writes rows in the caller's transaction; gives commands for after its commit."""

    def __init__(self, organisation_id: int) -> None:
        self._rows = TestCall.objects.filter(organisation_id=organisation_id, ended_at__isnull=True)
        self._due: dict[int, Instant] = {}
        """When to hang up, and once that is past, when to give up."""
        self._hung_up: set[int] = set()
        self._waiting: list[int] = []
        """Asked for while the switch was not heard; commands would be dropped."""
        self._up = False

    def left_open(self, now: Instant) -> None:
        """What an engine before this one began: its leg is hung up as nobody's, its end was never told."""
        self._rows.filter(began_at__isnull=False).update(ended_at=now, cause=Cause.LOST)

    def deadline(self) -> Instant | None:
        return min(self._due.values(), default=None)

    def read(self, messages: Iterable[Message], now: Instant) -> list[o.Command]:
        commands: list[o.Command] = []
        for message in messages:
            if message.kind == "test_call":
                commands += self._begin(int(message.payload["id"]), now)
            else:
                commands += self._end(int(message.payload["id"]), now)
        return commands

    def overdue(self, now: Instant) -> list[o.Command]:
        """Hang up what has talked or rung long enough; give up what the switch never ended."""
        commands: list[o.Command] = []
        for pk in [pk for pk, due in self._due.items() if due <= now]:
            if pk in self._hung_up:
                self._over(pk, now, Cause.LOST, None)
            else:
                commands += self._end(pk, now)
        return commands

    def hear(self, event: i.Input, now: Instant) -> list[o.Command]:
        """An event of one of our legs."""
        pk = _of(event)
        if pk is None:
            return []
        if isinstance(event, i.LegRinging):
            self._rows.filter(pk=pk).update(ringing_at=Coalesce("ringing_at", now))
        elif isinstance(event, i.LegAnswered):
            if self._rows.filter(pk=pk, answered_at=None).update(answered_at=now) and pk not in self._hung_up:
                self._due[pk] = now + TALK
                return [o.PlayHoldMusic(_leg(pk))]
        elif isinstance(event, i.LegEnded):
            self._over(pk, now, event.cause, event.sip_code)
        return []

    def switch_lost(self, now: Instant) -> None:
        self._up = False
        for pk in list(self._due):
            self._over(pk, now, Cause.LOST, None)

    def switch_returned(self, now: Instant) -> list[o.Command]:
        """Our legs that were up are nobody's to the engine, which hangs them up."""
        self.switch_lost(now)
        self._up = True
        waiting, self._waiting = self._waiting, []
        return [command for pk in waiting for command in self._begin(pk, now)]

    def _begin(self, pk: int, now: Instant) -> list[o.Command]:
        if not self._up:
            self._waiting.append(pk)
            return []
        row = self._rows.filter(pk=pk, began_at=None).select_related("trunk").first()
        if row is None:
            return []
        if row.asked_at < now - STALE:
            self._rows.filter(pk=pk).update(ended_at=now, untaken=True)
            return []
        self._rows.filter(pk=pk).update(began_at=now)
        self._due[pk] = now + RING + GRACE
        number, caller_id = PhoneNumber(row.number), PhoneNumber(row.caller_id)
        return [o.Originate(_leg(pk), row.trunk.endpoint, number, caller_id, RING)]

    def _end(self, pk: int, now: Instant) -> list[o.Command]:
        if pk not in self._due or pk in self._hung_up:
            return []
        self._hung_up.add(pk)
        self._due[pk] = now + GRACE
        return [o.HangUp(_leg(pk))]

    def _over(self, pk: int, now: Instant, cause: Cause, sip_code: int | None) -> None:
        self._due.pop(pk, None)
        self._hung_up.discard(pk)
        self._rows.filter(pk=pk).update(ended_at=now, cause=cause, sip_code=sip_code)


def ours(event: i.Input) -> bool:
    return _of(event) is not None


def _leg(pk: int) -> LegId:
    return LegId(f"{_MARK}{pk}")


def _of(event: i.Input) -> int | None:
    if not isinstance(event, i.LegRinging | i.LegAnswered | i.LegEnded | i.RecordingFinished):
        return None
    number = event.leg.removeprefix(_MARK)
    return int(number) if number != event.leg and number.isdecimal() else None
