"""Posting to the engine and hearing from it.

``post`` joins the caller's transaction: a rolled back change never reaches the engine.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

from django.db import connection

from campana.kernel.clock import Instant
from campana.relay.models import Message

UNTAKEN: Final = timedelta(seconds=25)
"""An order for a call beside the engine that no engine took within this is dead: no engine takes it any more."""
ENGINE_BELL = "campana_engine"
"""Channel rung with the organisation's id when a message was posted."""
SCREEN_BELL = "campana_screen"
"""Channel rung by the journal: ``{"organisation": 1, "campaigns": [..], "agents": [..]}``, at most once a second."""


def post(*, organisation_id: int, kind: str, now: Instant, **payload: Any) -> None:
    """Leave a message for the engine of an organisation.

    Kinds: ``organisation``, ``campaign`` (id), ``campaign_stop`` (id), ``tasks`` (campaign), ``agent`` (id),
    ``agents``, ``hotlines``, ``presence`` (agent), and the wishes of a desk: ``accept``, ``dial``, ``skip``,
    ``hold``, ``hang_up``, ``ring_again``, ``result``, ``ready``, ``extend`` with the fields of the engine's inputs,
    ``call`` (request), ``test_call`` and ``test_call_end`` (id), and of supervisors: ``monitor``, ``monitor_mode``
    (mode) and ``monitor_end`` (id).
    """
    Message.objects.create(organisation_id=organisation_id, kind=kind, payload=payload, created_at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [ENGINE_BELL, str(organisation_id)])


def ring_screens(*, organisation_id: int, agents: list[int]) -> None:
    """Tell open pages that something about these agents changed which the engine knows nothing of."""
    payload = json.dumps({"organisation": organisation_id, "agents": agents})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [SCREEN_BELL, payload])
