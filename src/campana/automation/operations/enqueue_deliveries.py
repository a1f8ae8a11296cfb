"""The beginning of an event's way: a row for every webhook that asked for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

from django.db import connection, transaction

from campana.automation.operations.ring import ring
from campana.kernel.clock import Instant
from campana.relay.facts import Event

_INSERT = """
INSERT INTO automation_delivery
  (organisation_id, webhook_id, event, payload, created_at, next_at, tries, problem)
SELECT %(organisation)s, webhook.id, told.event, told.payload, %(now)s, %(now)s, 0, ''
FROM unnest(%(names)s::text[], %(payloads)s::jsonb[]) WITH ORDINALITY AS told (event, payload, place)
JOIN automation_webhook webhook
  ON webhook.organisation_id = %(organisation)s AND webhook.active AND told.event = ANY (webhook.events)
ORDER BY told.place
"""


def enqueue_deliveries(organisation_id: int, events: Sequence[Event], now: Instant) -> None:
    """Write what is to be delivered, in the caller's transaction. One small query where nobody listens."""
    wanted: dict[str, set[int]] = {}
    with connection.cursor() as cursor:  # every step of every engine comes by here: no query is built anew for it
        cursor.execute(
            "SELECT id, events FROM automation_webhook WHERE organisation_id = %s AND active", [organisation_id]
        )
        for webhook_id, names in cursor.fetchall():
            for name in names:
                wanted.setdefault(name, set()).add(webhook_id)
    heard = [(name, payload) for name, payload in events if name in wanted]
    if not heard:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "organisation": organisation_id,
                "now": now,
                "names": [name for name, _ in heard],
                "payloads": [json.dumps(payload) for _, payload in heard],
            },
        )
    webhooks = set().union(*(wanted[name] for name, _ in heard))
    transaction.on_commit(partial(ring, webhooks), robust=True)
