"""The log of deliveries, and sending by hand."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campana.accounts import permissions
from campana.accounts.access import requires
from campana.automation import operations, queries, web
from campana.automation.models import Webhook
from campana.automation.operations.deliver import PAUSES, body_of
from campana.automation.web.forms import EVENTS, PROBLEMS, STATES
from campana.ui.asking import address, number_in

PAGE: Final = 50


def log(request: HttpRequest, webhook: Webhook) -> dict[str, Any]:
    """One page of deliveries, newest first; ``?before=ID`` goes on, ``?state=`` narrows."""
    state = request.GET.get("state", "")
    rows = queries.deliveries(webhook, state).order_by("-id")
    before = number_in(request, "before")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return {
        "deliveries": [
            (row, EVENTS.get(row.event, _("Ping")), PROBLEMS.get(row.problem, ""), body_of(row).decode())
            for row in shown
        ],
        "states": [(key, word, key == state) for key, word in STATES],
        "narrowed": any(key == state for key, _word in STATES if key),
        "newest": address(request, before="") if before is not None else "",
        "older": address(request, before=shown[-1].pk) if len(found) > PAGE else "",
        "most_tries": len(PAUSES) + 1,
    }


@requires(permissions.WEBHOOKS_MANAGE)
@require_POST
def ping(request: HttpRequest, webhook_id: int) -> HttpResponse:
    operations.send_test(webhook_id=webhook_id, actor=request.actor, now=web.now())  # type: ignore[attr-defined]
    messages.success(request, _("A ping is on its way. Its answer will stand in the log below."))
    return HttpResponseRedirect(reverse("automation:webhook", args=[webhook_id]), status=303)


@requires(permissions.WEBHOOKS_MANAGE)
@require_POST
def repetition(request: HttpRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    operations.repeat_delivery(
        webhook_id=webhook_id,
        delivery_id=delivery_id,
        actor=request.actor,  # type: ignore[attr-defined]
        now=web.now(),
    )
    messages.success(request, _("The delivery is sent once more."))
    return HttpResponseRedirect(reverse("automation:webhook", args=[webhook_id]), status=303)
