"""Adding, changing and removing webhooks. The secret is shown once, when it is made."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.crypto import get_random_string

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import unchanged
from campana.accounts.sealing import seal
from campana.automation.models import Delivery, Webhook
from campana.automation.operations.addresses import PrivateAddress, is_public, target_of
from campana.automation.operations.ring import ring
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound, Refused
from campana.kernel.stamps import stamp
from campana.relay.facts import EVENTS

PING: Final = "ping"
MOST: Final = 20
_SECRET_LENGTH: Final = 40


class UnknownEvent(Invalid):
    code = "unknown_event"
    detail = "There is no such event; the events are {known}."


class NoEvent(Invalid):
    code = "no_event"
    detail = "Choose at least one event."


class TooManyWebhooks(Refused):
    code = "too_many_webhooks"
    detail = "An organisation has at most {limit} webhooks; remove one first."


class SwitchedOff(Refused):
    code = "webhook_switched_off"
    detail = "The webhook is switched off."


@transaction.atomic
def add_webhook(*, url: str, events: Sequence[str], actor: Actor, now: Instant) -> tuple[Webhook, str]:
    """A new webhook and its secret. Raises BadUrl, PrivateAddress, UnknownEvent, NoEvent, TooManyWebhooks."""
    actor.require(permissions.WEBHOOKS_MANAGE)
    if Webhook.objects.filter(organisation=actor.organisation).count() >= MOST:
        raise TooManyWebhooks(limit=MOST)
    secret = _new_secret()
    webhook = Webhook.objects.create(
        organisation=actor.organisation,
        url=_checked_url(url),
        events=_checked_events(events),
        secret=seal(secret),
        created_by=actor.user,
        created_at=now,
    )
    after = {"url": webhook.url, "events": webhook.events}
    record_audit(actor=actor, action="webhook.add", object_type="webhook", object_id=webhook.pk, now=now, after=after)
    return webhook, secret


@transaction.atomic
def change_webhook(
    *,
    webhook_id: int,
    actor: Actor,
    now: Instant,
    url: str | None = None,
    events: Sequence[str] | None = None,
    active: bool | None = None,
    seen: str | None = None,
) -> Webhook:
    """None leaves a value as it is. Switching on forgets earlier failures. Raises what ``add_webhook`` raises, and
    ChangedMeanwhile when ``seen`` is no longer the stamp of address and events."""
    webhook = _locked(webhook_id, actor)
    unchanged(seen, stamp_of(webhook))
    before = {"url": webhook.url, "events": webhook.events, "active": webhook.active}
    if url is not None:
        webhook.url = _checked_url(url)
    if events is not None:
        webhook.events = _checked_events(events)
    if active is not None:
        webhook.active = active
        if active:
            webhook.failing_since = webhook.disabled_at = None
    webhook.save()
    after = {"url": webhook.url, "events": webhook.events, "active": webhook.active}
    record_audit(
        actor=actor,
        action="webhook.change",
        object_type="webhook",
        object_id=webhook.pk,
        now=now,
        before=before,
        after=after,
    )
    return webhook


def stamp_of(webhook: Webhook) -> str:
    return stamp(webhook.url, webhook.events)


@transaction.atomic
def renew_secret(*, webhook_id: int, actor: Actor, now: Instant) -> tuple[Webhook, str]:
    """A new secret; the old one signs nothing from now on."""
    webhook = _locked(webhook_id, actor)
    secret = _new_secret()
    webhook.secret = seal(secret)
    webhook.save(update_fields=["secret"])
    record_audit(actor=actor, action="webhook.secret", object_type="webhook", object_id=webhook.pk, now=now)
    return webhook, secret


@transaction.atomic
def remove_webhook(*, webhook_id: int, actor: Actor, now: Instant) -> None:
    """With all its deliveries."""
    webhook = _locked(webhook_id, actor)
    before = {"url": webhook.url, "events": webhook.events}
    record_audit(
        actor=actor, action="webhook.remove", object_type="webhook", object_id=webhook.pk, now=now, before=before
    )
    webhook.delete()


@transaction.atomic
def send_test(*, webhook_id: int, actor: Actor, now: Instant) -> Delivery:
    """A ``ping``, delivered like every event. Raises SwitchedOff."""
    webhook = _locked(webhook_id, actor)
    if not webhook.active:
        raise SwitchedOff
    delivery = Delivery.objects.create(
        organisation=actor.organisation, webhook=webhook, event=PING, payload={}, created_at=now, next_at=now
    )
    transaction.on_commit(partial(ring, [webhook.pk]), robust=True)
    return delivery


@transaction.atomic
def repeat_delivery(*, webhook_id: int, delivery_id: int, actor: Actor, now: Instant) -> Delivery:
    """Send once more, with a day of tries before it is given up. Raises SwitchedOff."""
    webhook = _locked(webhook_id, actor)
    delivery = Delivery.objects.select_for_update().filter(webhook=webhook, pk=delivery_id).first()
    if delivery is None:
        raise NotFound(kind="delivery")
    if not webhook.active:
        raise SwitchedOff
    delivery.tries, delivery.next_at, delivery.delivered_at, delivery.problem = 0, now, None, ""
    delivery.save(update_fields=["tries", "next_at", "delivered_at", "problem"])
    transaction.on_commit(partial(ring, [webhook.pk]), robust=True)
    return delivery


def _locked(webhook_id: int, actor: Actor) -> Webhook:
    actor.require(permissions.WEBHOOKS_MANAGE)
    found = Webhook.objects.select_for_update().filter(organisation=actor.organisation, pk=webhook_id).first()
    if found is None:
        raise NotFound(kind="webhook")
    return found


def _new_secret() -> str:
    return "whsec_" + get_random_string(_SECRET_LENGTH)


def _checked_url(url: str) -> str:
    """Names are looked up when something is delivered; an address in digits can be told now."""
    private = bool(settings.WEBHOOKS_PRIVATE)
    target = target_of(url, private=private)
    if private:
        return url
    if target.host == "localhost" or target.host.endswith(".localhost"):
        raise PrivateAddress(field="url")
    with suppress(ValueError):
        if not is_public(ip_address(target.host.partition("%")[0])):
            raise PrivateAddress(field="url")
    return url


def _checked_events(events: Sequence[str]) -> list[str]:
    chosen = sorted(set(events))
    if not chosen:
        raise NoEvent(field="events")
    if set(chosen) - set(EVENTS):
        raise UnknownEvent(field="events", known=", ".join(EVENTS))
    return chosen
