"""Jobs: delivering, sweeping up what was left, forgetting what is old."""

from __future__ import annotations

from procrastinate.contrib.django import app

from campana.accounts.api.idempotency import forget_old
from campana.automation import queries
from campana.automation.operations.deliver import deliver_waiting
from campana.automation.operations.ring import DELIVER, QUEUE, ring
from campana.kernel.clock import utc_now
from campana.tenancy import system_scope


@app.task(name=DELIVER, queue=QUEUE, pass_context=False)
def deliver(webhook_id: int) -> None:
    """Everything that is due for one webhook. The job's lock keeps it to one at a time."""
    with system_scope():
        if deliver_waiting(webhook_id=webhook_id, clock=utc_now):
            ring([webhook_id])


@app.periodic(cron="* * * * *")
@app.task(name="campana.automation.sweep", queue=QUEUE, queueing_lock="webhook-sweep")
def sweep(timestamp: int) -> None:
    """Retries that have come due, and deliveries whose ring was lost."""
    with system_scope():
        ring(queries.webhooks_with_work(utc_now()))


@app.periodic(cron="17 * * * *")
@app.task(name="campana.automation.forget", queue=QUEUE, queueing_lock="webhook-forget")
def forget(timestamp: int) -> None:
    """Logs of deliveries after a month, answers to idempotency keys after a day."""
    now = utc_now()
    with system_scope():
        queries.done_before(now).delete()
        forget_old(now=now)
