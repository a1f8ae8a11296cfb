"""What many people look at is worked out once a second, not once a person."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation

from campana.accounts.access import actor_of

MOST: Final = 500
Value = TypeVar("Value")


class Shared:
    """Values of this process by key. While one thread makes a value, the others wait for it instead of making it."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[float, Any]] = {}
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value], *, seconds: float | None = None) -> Value:
        """The value of ``key``, at most ``seconds`` old (``LIVE_SECONDS`` when not given); 0 keeps nothing."""
        lasts = settings.LIVE_SECONDS if seconds is None else seconds
        if not lasts:
            return make()
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            kept = self._kept.get(key)
            if kept is not None and time.monotonic() < kept[0]:
                value: Value = kept[1]
                return value
            made = make()
            with self._lock:
                self._kept[key] = (time.monotonic() + lasts, made)
                self._forget()
            return made

    def _forget(self) -> None:
        if len(self._kept) <= MOST:
            return
        now = time.monotonic()
        for key in [key for key, (until, _) in self._kept.items() if until < now]:
            del self._kept[key]
            self._making.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


shared = Shared()


def reader_key(request: HttpRequest) -> tuple[Hashable, ...]:
    """What makes a page look different to two readers of one organisation who may see the same objects."""
    actor = actor_of(request)
    limited = actor.limited_to is not None or actor.user is None
    return (
        actor.organisation.pk,
        actor.permissions,
        actor.masks_numbers,
        actor.user.pk if limited and actor.user else None,
        translation.get_language(),
        timezone.get_current_timezone_name(),
    )
