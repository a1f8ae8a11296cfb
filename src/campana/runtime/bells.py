"""Doorbells: one connection listens for all engines of the process; each rings the screens once a second at most."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from typing import Final

import psycopg
import structlog
from django.db import connection

from campana.relay.connections import parameters
from campana.relay.mailbox import ENGINE_BELL, SCREEN_BELL

log = structlog.get_logger("campana.engine")

AT_ONCE: Final = 300
"""Ids of a kind in one payload."""


def connect() -> psycopg.Connection[tuple[object, ...]]:
    """A plain connection with Django's parameters, outside its transactions."""
    return psycopg.connect(autocommit=True, **parameters("campana-bell"))


class Doorman:
    """A thread that hears the engine bell and calls who is meant. The mailbox is also read without it, only later."""

    def __init__(self, ring: Callable[[int], None]) -> None:
        self._ring = ring
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="doorman", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with connect() as bell:
                    bell.execute(f"LISTEN {ENGINE_BELL}")
                    while not self._stop.is_set():
                        for notice in bell.notifies(timeout=1.0):
                            with contextlib.suppress(ValueError):
                                self._ring(int(notice.payload))
            except psycopg.Error as problem:
                log.warning("doorbell away", problem=type(problem).__name__)
                self._stop.wait(1.0)


def ring_screens(organisation_id: int, campaigns: set[int], agents: set[int]) -> None:
    """Tell the pages which campaigns and agents changed. A payload names ids only and stays under 8,000 bytes: many
    ids are told in several."""
    of_campaigns, of_agents = sorted(campaigns), sorted(agents)
    with connection.cursor() as cursor:
        for at in range(0, max(len(of_campaigns), len(of_agents)), AT_ONCE):
            some = {"campaigns": of_campaigns[at : at + AT_ONCE], "agents": of_agents[at : at + AT_ONCE]}
            payload = json.dumps({"organisation": organisation_id, **some}, separators=(",", ":"))
            cursor.execute("SELECT pg_notify(%s, %s)", [SCREEN_BELL, payload])
