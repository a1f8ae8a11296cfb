"""Telling the jobs that deliveries wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

DELIVER: Final = "campana.automation.deliver"
QUEUE: Final = "webhooks"
TELL: Final = "campana.automation.tell_switched_off"


def ring(webhook_ids: Iterable[int]) -> None:
    """A job for each webhook that has none waiting. Lost rings are made good by the sweep of every minute."""
    for webhook_id in sorted(webhook_ids):
        name = f"webhook-{webhook_id}"
        try:
            app.configure_task(DELIVER, queue=QUEUE, lock=name, queueing_lock=name).defer(webhook_id=webhook_id)
        except AlreadyEnqueued:
            continue


def tell_switched_off(webhook_id: int) -> None:
    """A job that writes to whoever made the webhook."""
    app.configure_task(TELL, queue="mail").defer(webhook_id=webhook_id)
