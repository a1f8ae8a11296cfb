"""Reading webhooks and their deliveries."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from campana.accounts.actors import Actor
from campana.automation.models import Delivery, Webhook
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound

KEPT: Final = timedelta(days=30)


def webhooks(actor: Actor) -> QuerySet[Webhook]:
    return Webhook.objects.filter(organisation=actor.organisation)


def webhook(actor: Actor, webhook_id: int) -> Webhook:
    """Raises NotFound."""
    found = webhooks(actor).filter(pk=webhook_id).first()
    if found is None:
        raise NotFound(kind="webhook")
    return found


def deliveries(of: Webhook, state: str = "") -> QuerySet[Delivery]:
    """``state``: ``delivered``, ``waiting`` or ``given_up``; anything else is all."""
    rows = Delivery.objects.filter(organisation_id=of.organisation_id, webhook=of)
    if state == "delivered":
        return rows.filter(delivered_at__isnull=False)
    if state == "waiting":
        return rows.filter(delivered_at=None, next_at__isnull=False)
    return rows.filter(delivered_at=None, next_at=None) if state == "given_up" else rows


def webhooks_with_work(now: Instant) -> list[int]:
    """Active webhooks of all organisations for which a delivery is due."""
    due = Delivery.objects.filter(webhook=OuterRef("pk"), delivered_at__isnull=True, next_at__lte=now)
    return list(Webhook.objects.filter(Exists(due), active=True).values_list("pk", flat=True))


def done_before(now: Instant) -> QuerySet[Delivery]:
    """Delivered or given up, and too old for the log."""
    return Delivery.objects.filter(created_at__lt=now - KEPT, next_at__isnull=True)
