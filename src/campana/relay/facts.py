"""Telling those above what has happened: an app that knows a fact need not know who wants to hear it.

``publish`` is called in the transaction of the fact, with all facts of the transaction at once. Webhooks
(``automation``) listen; the listener joins when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from campana.kernel.clock import Instant

Event: TypeAlias = tuple[str, dict[str, Any]]
"""A name of ``EVENTS`` and a payload that JSON can hold."""
Listener: TypeAlias = Callable[[int, Sequence[Event], Instant], None]

ATTEMPT_ENDED: Final = "attempt.ended"
TASK_FINAL: Final = "task.final"
RESULT_ENTERED: Final = "result.entered"
CAMPAIGN_MOVED: Final = "campaign.moved"
IMPORT_FINISHED: Final = "import.finished"
EVENTS: Final = (ATTEMPT_ENDED, CAMPAIGN_MOVED, IMPORT_FINISHED, RESULT_ENTERED, TASK_FINAL)

_listeners: list[Listener] = []


def task_final(task_id: int, campaign_id: int, state: str, at: Instant) -> Event:
    """A contact of a campaign is through, whoever or whatever closed it."""
    return TASK_FINAL, {"task_id": task_id, "campaign_id": campaign_id, "state": state, "at": at.isoformat()}


def campaign_moved(campaign_id: int, state: str, reason: str, at: Instant) -> Event:
    """A campaign is in another state; ``reason`` may be blank."""
    return CAMPAIGN_MOVED, {"campaign_id": campaign_id, "state": state, "reason": reason, "at": at.isoformat()}


def listen(listener: Listener) -> None:
    """Hear everything that is published from now on. Called once, by an app's ``ready``."""
    if listener not in _listeners:
        _listeners.append(listener)


def publish(organisation_id: int, events: Sequence[Event], now: Instant) -> None:
    """Tell what has happened in an organisation, inside the transaction that made it so."""
    if not events:
        return
    for listener in _listeners:
        listener(organisation_id, events, now)
