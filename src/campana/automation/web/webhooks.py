"""Webhooks: the list, one of them, its secret."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campana.accounts import permissions
from campana.accounts.access import requires
from campana.accounts.actors import Actor
from campana.automation import operations, queries, web
from campana.automation.models import Webhook
from campana.automation.operations.manage_webhooks import stamp_of
from campana.automation.web.deliveries import log
from campana.automation.web.forms import EVENTS, WebhookForm
from campana.kernel.refusals import Refused


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@requires(permissions.WEBHOOKS_MANAGE)
@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    found = list(queries.webhooks(actor_of(request)).order_by("url", "id"))
    rows = [(row, [EVENTS[event] for event in row.events if event in EVENTS]) for row in found]
    return render(request, "automation/webhooks.html", {"rows": rows})


@requires(permissions.WEBHOOKS_MANAGE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_webhook(request: HttpRequest) -> HttpResponse:
    """The answer to a good POST is the page with the secret, shown this once."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added, secret = operations.add_webhook(**form.cleaned_data, actor=actor_of(request), now=web.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            return _secret_page(request, added, secret)
    return render(request, "automation/new.html", {"form": form}, status=422 if form.errors else 200)


@requires(permissions.WEBHOOKS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    shown = queries.webhook(actor_of(request), webhook_id)
    form = WebhookForm(request.POST or None, initial={"url": shown.url, "events": shown.events})
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data | {"seen": request.POST.get("seen")}
            operations.change_webhook(webhook_id=webhook_id, **given, actor=actor_of(request), now=web.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The webhook is saved."))
            return _back(webhook_id)
    seen = request.POST.get("seen", "") if form.is_bound else stamp_of(shown)
    context = {"webhook": shown, "form": form, "seen": seen, **log(request, shown)}
    return render(request, "automation/webhook.html", context, status=422 if form.errors else 200)


@requires(permissions.WEBHOOKS_MANAGE)
@require_POST
def state(request: HttpRequest, webhook_id: int) -> HttpResponse:
    active = request.POST.get("active") == "1"
    operations.change_webhook(webhook_id=webhook_id, active=active, actor=actor_of(request), now=web.now())
    messages.success(request, _("The webhook is switched on.") if active else _("The webhook is switched off."))
    return _back(webhook_id)


@requires(permissions.WEBHOOKS_MANAGE)
@never_cache
@require_POST
def secret(request: HttpRequest, webhook_id: int) -> HttpResponse:
    return _secret_page(
        request, *operations.renew_secret(webhook_id=webhook_id, actor=actor_of(request), now=web.now())
    )


@requires(permissions.WEBHOOKS_MANAGE)
@require_POST
def removal(request: HttpRequest, webhook_id: int) -> HttpResponse:
    operations.remove_webhook(webhook_id=webhook_id, actor=actor_of(request), now=web.now())
    messages.success(request, _("The webhook is removed."))
    return HttpResponseRedirect(reverse("automation:webhooks"), status=303)


def _back(webhook_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("automation:webhook", args=[webhook_id]), status=303)


def _secret_page(request: HttpRequest, shown: Webhook, secret: str) -> HttpResponse:
    return render(request, "automation/secret.html", {"webhook": shown, "secret": secret})
