"""Taking waiting deliveries to their webhook: retried with growing pauses, given up after about a day."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Final

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import F

from campana.accounts.actors import system_actor
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.sealing import unseal
from campana.automation.models import Delivery, Webhook
from campana.automation.operations.addresses import BadUrl, target_of
from campana.automation.operations.ring import tell_switched_off
from campana.automation.operations.send import SIGNATURE, Answer, send, signature
from campana.kernel.clock import Clock, Instant

PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600, 2 * 3600, 6 * 3600, 14 * 3600))
"""After the first, second, … failure: eight tries within a day."""
LEASE: Final = timedelta(minutes=2)
"""A try that was begun and never told its end (a crash) is repeated after this."""
ROUND: Final = 100
FAILURES_IN_A_ROW: Final = 3
PATIENCE: Final = timedelta(days=2)
"""A webhook without one success for so long is switched off when a delivery is given up."""


def deliver_waiting(*, webhook_id: int, clock: Clock) -> bool:
    """Send what is due for one webhook, oldest first. Returns whether more is due and should be tried soon.

    Stops after some failures in a row: the rest waits for the next sweep instead of hammering a dead host.
    """
    webhook = Webhook.objects.select_related("organisation").filter(pk=webhook_id, active=True).first()
    if webhook is None:
        return False
    failures = 0
    for _ in range(ROUND):
        delivery = _claim(webhook, clock())
        if delivery is None:
            return False
        answer = _send(webhook, delivery, clock())
        if answer.good:
            failures = 0
            _delivered(webhook, delivery, answer, clock())
            continue
        failures += 1
        if _failed(webhook, delivery, answer, clock()) or failures >= FAILURES_IN_A_ROW:
            return False
    return True


def _claim(webhook: Webhook, now: Instant) -> Delivery | None:
    """The oldest due delivery, with its try counted before it is made."""
    due = Delivery.objects.filter(webhook=webhook, delivered_at__isnull=True, next_at__lte=now).order_by(
        "next_at", "id"
    )
    for delivery in due[:10]:
        claimed = Delivery.objects.filter(pk=delivery.pk, tries=delivery.tries, next_at=delivery.next_at).update(
            tries=F("tries") + 1, tried_at=now, next_at=now + LEASE
        )
        if claimed:
            delivery.tries += 1
            return delivery
    return None


def body_of(delivery: Delivery) -> bytes:
    """What is sent: the same bytes at every try."""
    content = {
        "id": delivery.pk,
        "event": delivery.event,
        "created_at": delivery.created_at.isoformat(),
        "data": delivery.payload,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _send(webhook: Webhook, delivery: Delivery, now: Instant) -> Answer:
    body = body_of(delivery)
    private = bool(settings.WEBHOOKS_PRIVATE)
    try:
        target, secret = target_of(webhook.url, private=private), unseal(bytes(webhook.secret))
    except BadUrl:
        return Answer(None, BadUrl.code)
    except InvalidToken:
        return Answer(None, "secret_lost")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Campana-Webhooks/1",
        "Campana-Event": delivery.event,
        "Campana-Delivery": str(delivery.pk),
        SIGNATURE: signature(secret, body, now),
    }
    return send(target, body, headers, private=private)


def _delivered(webhook: Webhook, delivery: Delivery, answer: Answer, now: Instant) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        delivered_at=now, next_at=None, status=answer.status, problem="", answer=answer.said
    )
    Webhook.objects.filter(pk=webhook.pk, failing_since__isnull=False).update(failing_since=None)


def _failed(webhook: Webhook, delivery: Delivery, answer: Answer, now: Instant) -> bool:
    """Plan the next try or give up; whether the webhook was switched off by that."""
    given_up = delivery.tries > len(PAUSES)
    Delivery.objects.filter(pk=delivery.pk).update(
        next_at=None if given_up else now + PAUSES[delivery.tries - 1],
        status=answer.status,
        problem=answer.problem,
        answer=answer.said,
    )
    Webhook.objects.filter(pk=webhook.pk, failing_since__isnull=True).update(failing_since=now)
    if not given_up:
        return False
    return _switch_off_if_dead(webhook, now)


def _switch_off_if_dead(webhook: Webhook, now: Instant) -> bool:
    """After days without one success: with an entry in the audit log and a letter to whoever made it."""
    with transaction.atomic():
        dead = Webhook.objects.filter(pk=webhook.pk, active=True, failing_since__lte=now - PATIENCE)
        if not dead.update(active=False, disabled_at=now):
            return False
        Delivery.objects.filter(webhook=webhook, next_at__isnull=False).update(next_at=None, problem="switched_off")
        record_audit(
            actor=system_actor(webhook.organisation),
            action="webhook.switched_off",
            object_type="webhook",
            object_id=webhook.pk,
            now=now,
            after={"url": webhook.url},
        )
        tell_switched_off(webhook.pk)
    return True
