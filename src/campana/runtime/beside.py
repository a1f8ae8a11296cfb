"""Calls beside the engine, which knows nothing of them: one row and one leg each.

The row is committed as begun before the order leaves, so a call is made at most once; a new engine's process ends
what the old one left open. Legs are called by a mark and the row's id: their events are taken out before the engine
hears them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.db.models import QuerySet

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.words import Cause
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId
from campana.relay.models import Message

RING: Final = timedelta(seconds=30)
STALE: Final = timedelta(seconds=20)
"""Nobody waits longer for such a call to begin; one that is found later is not made any more."""
GRACE: Final = timedelta(seconds=15)
"""The switch tells the end within this, or it is lost."""


class CallsBeside(ABC):
    """Those of one kind and one organisation. Writes rows in the caller's transaction; gives commands for after its
    commit. Rows have ``asked_at``, ``began_at``, ``answered_at``, ``ended_at``, ``cause`` and ``untaken``."""

    kinds: ClassVar[tuple[str, ...]]
    """Messages about them; the first asks for one, the last for its end."""
    mark: ClassVar[str]

    def __init__(self, rows: QuerySet[Any]) -> None:
        self._rows = rows.filter(ended_at__isnull=True)
        self._due: dict[int, Instant | None] = {}
        """When to hang up, and once that is past, when to give up; None: it may go on."""
        self._hung_up: set[int] = set()
        self._waiting: list[int] = []
        """Asked for while the switch was not heard; commands would be dropped."""
        self._up = False

    @abstractmethod
    def _order(self, row: Any) -> list[o.Command]:
        """What begins the call of a row; nothing where it came to nothing meanwhile."""

    @abstractmethod
    def _told(self, pk: int, event: i.Input, now: Instant) -> list[o.Command]:
        """Something other than its end happened to one of the legs."""

    def left_open(self, now: Instant) -> None:
        """What an engine before this one began: its leg is hung up as nobody's, its end was never told."""
        self._rows.filter(began_at__isnull=False).update(ended_at=now, cause=Cause.LOST)

    def deadline(self) -> Instant | None:
        return min((due for due in self._due.values() if due is not None), default=None)

    def read(self, messages: Iterable[Message], now: Instant) -> list[o.Command]:
        commands: list[o.Command] = []
        for message in messages:
            pk = int(message.payload["id"])
            if message.kind == self.kinds[0]:
                commands += self._begin(pk, now)
            elif message.kind == self.kinds[-1]:
                commands += self._end(pk, now)
            else:
                commands += self._wished(pk, message)
        return commands

    def overdue(self, now: Instant) -> list[o.Command]:
        """Hang up what has talked or rung long enough; give up what the switch never ended."""
        commands: list[o.Command] = []
        for pk in [pk for pk, due in self._due.items() if due is not None and due <= now]:
            if pk in self._hung_up:
                self._over(pk, now, Cause.LOST)
            else:
                commands += self._end(pk, now)
        return commands

    def hears_of(self, event: i.Input) -> bool:
        """Whether an event that is the engine's too is of interest."""
        return False

    def hear(self, event: i.Input, now: Instant) -> list[o.Command]:
        """An event of one of our legs."""
        pk = self._number(event)
        if pk is None:
            return []
        if isinstance(event, i.LegEnded):
            self._over(pk, now, event.cause, event.sip_code)
            return []
        return self._told(pk, event, now)

    def switch_lost(self, now: Instant) -> None:
        self._up = False
        for pk in list(self._due):
            self._over(pk, now, Cause.LOST)

    def switch_returned(self, now: Instant) -> list[o.Command]:
        """Our legs that were up are nobody's to the engine, which hangs them up."""
        self.switch_lost(now)
        self._up = True
        waiting, self._waiting = self._waiting, []
        return [command for pk in waiting for command in self._begin(pk, now)]

    def _wished(self, pk: int, message: Message) -> list[o.Command]:
        return []

    def _begin(self, pk: int, now: Instant) -> list[o.Command]:
        if not self._up:
            self._waiting.append(pk)
            return []
        row = self._rows.filter(pk=pk, began_at=None).first()
        if row is None:
            return []
        order = self._order(row) if row.asked_at >= now - STALE else []
        if not order:
            self._rows.filter(pk=pk).update(ended_at=now, untaken=True)
            return []
        self._rows.filter(pk=pk).update(began_at=now)
        self._due[pk] = now + RING + GRACE
        return order

    def _end(self, pk: int, now: Instant) -> list[o.Command]:
        if pk not in self._due or pk in self._hung_up:
            return []
        self._hung_up.add(pk)
        self._due[pk] = now + GRACE
        return [o.HangUp(self._leg(pk))]

    def _over(self, pk: int, now: Instant, cause: Cause, sip_code: int | None = None) -> None:
        self._due.pop(pk, None)
        self._hung_up.discard(pk)
        self._rows.filter(pk=pk).update(ended_at=now, cause=cause)

    def _leg(self, pk: int) -> LegId:
        return LegId(f"{self.mark}-{pk}")

    def _number(self, event: i.Input) -> int | None:
        mark, number = marked(event)
        return int(number) if mark == self.mark else None


def marked(event: i.Input) -> tuple[str, str]:
    """The mark and the number of the leg an event speaks of; blank for every other input."""
    if not isinstance(event, i.LegRinging | i.LegAnswered | i.LegEnded | i.RecordingFinished):
        return "", ""
    mark, _, number = event.leg.partition("-")
    return (mark, number) if number.isdecimal() else ("", "")
