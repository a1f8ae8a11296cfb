"""What can be done with webhooks, and the way of an event to them."""

from campana.automation.operations.deliver import deliver_waiting
from campana.automation.operations.enqueue_deliveries import enqueue_deliveries
from campana.automation.operations.manage_webhooks import (
    add_webhook,
    change_webhook,
    remove_webhook,
    renew_secret,
    repeat_delivery,
    send_test,
)

__all__ = [
    "add_webhook",
    "change_webhook",
    "deliver_waiting",
    "enqueue_deliveries",
    "remove_webhook",
    "renew_secret",
    "repeat_delivery",
    "send_test",
]
