"""The groups a person or an API key is limited to (CAM-759)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campana.accounts import permissions
from campana.accounts import queries as accounts
from campana.accounts.access import ActorRequest, requires
from campana.accounts.models import ApiKey, User
from campana.accounts.web.answers import go, tell
from campana.kernel.refusals import Refused
from campana.workforce import operations, queries, web
from campana.workforce.operations.limits import stamp_of
from campana.workforce.web.forms import LimitForm


@requires(permissions.USERS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: ActorRequest, pk: int) -> HttpResponse:
    user = accounts.person(request.actor.organisation.pk, pk)

    def limit(groups: Collection[int] | None, version: int) -> None:
        operations.limit_person(actor=request.actor, user=user, groups=groups, version=version, now=web.now())

    return _page(request, user, limit, back=reverse("accounts:person", args=[pk]), version=user.version)


@requires(permissions.KEYS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def of_key(request: ActorRequest, pk: int) -> HttpResponse:
    key = accounts.api_key(request.actor.organisation.pk, pk)

    def limit(groups: Collection[int] | None, _version: int) -> None:
        seen = request.POST.get("seen")
        operations.limit_key(actor=request.actor, key=key, groups=groups, seen=seen, now=web.now())

    return _page(request, key, limit, back=reverse("accounts:api_keys"))


def _page(
    request: ActorRequest, subject: User | ApiKey, limit: Callable[..., Any], *, back: str, version: int = 0
) -> HttpResponse:
    groups = [(str(group.pk), group.name) for group in queries.groups(request.actor).order_by("name")]
    initial = {
        "limited": "no" if subject.limited_to is None else "yes",
        "groups": [str(pk) for pk in subject.limited_to or ()],
        "version": version,
    }
    form, status = LimitForm(groups, request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            chosen = form.cleaned_data["groups"] if form.cleaned_data["limited"] == "yes" else None
            try:
                limit(chosen, form.cleaned_data["version"] or 0)
                messages.success(request, _("Saved."))
                return go(request, back)
            except Refused as refused:
                status = tell(form, refused)
    given = {"form": form, "subject": subject, "person": isinstance(subject, User), "back": back, "groups": groups}
    if isinstance(subject, ApiKey):
        given["seen"] = request.POST.get("seen", "") if form.is_bound else stamp_of(subject)
    return render(request, "workforce/limits.html", given, status=status)
