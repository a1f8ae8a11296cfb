"""Keys of programs."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from campana.accounts import permissions, queries, web
from campana.accounts.access import ActorRequest, requires
from campana.accounts.labels import PERMISSION_GROUPS, role_label
from campana.accounts.operations.api_keys import create_api_key, revoke_api_key
from campana.accounts.web.answers import go, tell
from campana.accounts.web.forms import KeyForm
from campana.kernel.refusals import Refused
from campana.ui.asking import address, number_in

PAGE = 100


@requires(permissions.KEYS_MANAGE)
@require_GET
def api_keys(request: ActorRequest) -> HttpResponse:
    now, before = web.now(), number_in(request, "before")
    keys = queries.api_keys(request.actor.organisation.pk)
    if before is not None:
        keys = keys.filter(pk__lt=before)
    found = list(keys.order_by("-pk")[: PAGE + 1])
    rows = [
        {"key": key, "role": role_label(key.role), "expired": key.expires_at is not None and key.expires_at <= now}
        for key in found[:PAGE]
    ]
    context = {
        "rows": rows,
        "first": address(request) if before is not None else "",
        "next": address(request, before=found[PAGE - 1].pk) if len(found) > PAGE else "",
    }
    return render(request, "accounts/api_keys.html", context)


@requires(permissions.KEYS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_api_key(request: ActorRequest) -> HttpResponse:
    """The secret is shown in the answer to the POST and never again."""
    roles = list(queries.roles(request.actor.organisation.pk))
    form, status = KeyForm(roles, request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values, now = form.cleaned_data, web.now()
            days = values.pop("days")
            try:
                key, secret = create_api_key(
                    actor=request.actor, now=now, expires_at=now + timedelta(days=days) if days else None, **values
                )
                return render(request, "accounts/api_key_made.html", {"key": key, "secret": secret})
            except Refused as refused:
                status = tell(form, refused)
    ticked = set(form["scopes"].value() or ())
    groups = [
        {"name": name, "entries": [{"value": key, "label": label, "on": key in ticked} for key, label in entries]}
        for name, entries in PERMISSION_GROUPS
    ]
    return render(request, "accounts/api_key_new.html", {"form": form, "permission_groups": groups}, status=status)


@requires(permissions.KEYS_MANAGE)
@require_http_methods(["DELETE"])
def api_key(request: ActorRequest, pk: int) -> HttpResponse:
    key = queries.api_key(request.actor.organisation.pk, pk)
    revoke_api_key(actor=request.actor, key=key, now=web.now())
    return go(request, reverse("accounts:api_keys"))
