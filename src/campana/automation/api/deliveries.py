"""Deliveries: what was sent, what came back, and sending again."""

from __future__ import annotations

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, Listing, Page, Paging, Query, Status, page, requires
from campana.automation import operations, queries
from campana.automation.api.router import router
from campana.automation.api.schemas import DeliveryOut
from campana.automation.models import Delivery


@router.get("/webhooks/{webhook_id}/deliveries", response=Page[DeliveryOut], summary="List deliveries")
@requires(permissions.WEBHOOKS_MANAGE)
def list_deliveries(request: ApiRequest, webhook_id: Id, paging: Query[Paging]) -> Listing[Delivery]:
    """The log of one webhook, newest first, kept for 30 days."""
    return page(request, queries.deliveries(queries.webhook(request.actor, webhook_id)), paging)


@router.post("/webhooks/{webhook_id}/deliveries", response={201: DeliveryOut}, summary="Send a ping")
@requires(permissions.WEBHOOKS_MANAGE)
def send_test(request: ApiRequest, webhook_id: Id) -> Status[Delivery]:
    """An event ``ping`` to try the receiver, signed and retried like any other."""
    return Status(201, operations.send_test(webhook_id=webhook_id, actor=request.actor, now=request.now))


@router.put(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/repetition", response=DeliveryOut, summary="Send once more"
)
@requires(permissions.WEBHOOKS_MANAGE)
def repeat_delivery(request: ApiRequest, webhook_id: Id, delivery_id: Id) -> Delivery:
    """The same delivery again, whether it had arrived or was given up."""
    return operations.repeat_delivery(
        webhook_id=webhook_id, delivery_id=delivery_id, actor=request.actor, now=request.now
    )
