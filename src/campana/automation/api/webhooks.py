"""Webhooks: who hears of what."""

from __future__ import annotations

from typing import Any

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, Listing, Page, Paging, Query, Status, page, requires
from campana.automation import operations, queries
from campana.automation.api.router import router
from campana.automation.api.schemas import WebhookIn, WebhookOut, WebhookPatch, WebhookWithSecret
from campana.automation.models import Webhook


def _with_secret(webhook: Webhook, secret: str) -> dict[str, Any]:
    return {**WebhookOut.model_validate(webhook).model_dump(), "secret": secret}


@router.get("/webhooks", response=Page[WebhookOut], summary="List webhooks")
@requires(permissions.WEBHOOKS_MANAGE)
def list_webhooks(request: ApiRequest, paging: Query[Paging]) -> Listing[Webhook]:
    """Webhooks of the organisation, newest first."""
    return page(request, queries.webhooks(request.actor), paging)


@router.post("/webhooks", response={201: WebhookWithSecret}, summary="Add a webhook")
@requires(permissions.WEBHOOKS_MANAGE)
def add_webhook(request: ApiRequest, payload: WebhookIn) -> Status[dict[str, Any]]:
    """The answer holds the secret that signs deliveries; it is shown this once."""
    webhook, secret = operations.add_webhook(
        url=payload.url, events=payload.events, actor=request.actor, now=request.now
    )
    return Status(201, _with_secret(webhook, secret))


@router.get("/webhooks/{webhook_id}", response=WebhookOut, summary="Read a webhook")
@requires(permissions.WEBHOOKS_MANAGE)
def get_webhook(request: ApiRequest, webhook_id: Id) -> Webhook:
    """One webhook."""
    return queries.webhook(request.actor, webhook_id)


@router.patch("/webhooks/{webhook_id}", response=WebhookOut, summary="Change a webhook")
@requires(permissions.WEBHOOKS_MANAGE)
def change_webhook(request: ApiRequest, webhook_id: Id, payload: WebhookPatch) -> Webhook:
    """Change address or events, switch off or on."""
    return operations.change_webhook(
        webhook_id=webhook_id,
        url=payload.url,
        events=payload.events,
        active=payload.active,
        actor=request.actor,
        now=request.now,
    )


@router.delete("/webhooks/{webhook_id}", response={204: None}, summary="Remove a webhook")
@requires(permissions.WEBHOOKS_MANAGE)
def remove_webhook(request: ApiRequest, webhook_id: Id) -> Status[None]:
    """With the log of its deliveries."""
    operations.remove_webhook(webhook_id=webhook_id, actor=request.actor, now=request.now)
    return Status(204, None)


@router.put("/webhooks/{webhook_id}/secret", response=WebhookWithSecret, summary="Renew the secret")
@requires(permissions.WEBHOOKS_MANAGE)
def renew_secret(request: ApiRequest, webhook_id: Id) -> dict[str, Any]:
    """A new secret; the old one signs nothing from now on."""
    webhook, secret = operations.renew_secret(webhook_id=webhook_id, actor=request.actor, now=request.now)
    return _with_secret(webhook, secret)
