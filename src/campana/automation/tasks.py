"""Jobs: delivering, sweeping up what was left, forgetting what is old."""

from __future__ import annotations

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from procrastinate.contrib.django import app

from campana.accounts.api.idempotency import forget_old
from campana.accounts.models import User
from campana.automation import queries
from campana.automation.models import Webhook
from campana.automation.operations.deliver import deliver_waiting
from campana.automation.operations.ring import DELIVER, QUEUE, TELL, ring
from campana.kernel.clock import utc_now
from campana.tenancy import system_scope


@app.task(name=DELIVER, queue=QUEUE, pass_context=False)
def deliver(webhook_id: int) -> None:
    """Everything that is due for one webhook. The job's lock keeps it to one at a time."""
    with system_scope():
        if deliver_waiting(webhook_id=webhook_id, clock=utc_now):
            ring([webhook_id])


@app.task(name=TELL, queue="mail")
def tell_switched_off(webhook_id: int) -> None:
    """To the person who made the webhook, or the owner when a program did or the person left."""
    with system_scope():
        webhook = Webhook.objects.select_related("organisation", "created_by").filter(pk=webhook_id).first()
        if webhook is None:
            return
        organisation, user = webhook.organisation, webhook.created_by
        if user is None or not user.is_active:
            user = User.objects.filter(organisation=organisation, is_owner=True).first()
    if user is None:
        return
    words = {"user": user, "organisation": organisation, "webhook": webhook}
    with translation.override(user.language or organisation.language):
        subject = render_to_string("automation/mail/switched_off_subject.txt", words).strip()
        send_mail(subject, render_to_string("automation/mail/switched_off.txt", words), None, [user.email])


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
