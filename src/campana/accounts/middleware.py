"""Nobody gets further than he may: who asks, in which organisation, and whether the route lets him.

For every request but those of the API (which has keys and its own gate): the session's person becomes
``request.actor``, the tenancy scope is his organisation's for as long as the view runs (a streamed body is
read after that and sees no tenant row), and a view without ``access`` is denied.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from campana.accounts.access import PUBLIC, SIGNED_IN, address_of
from campana.accounts.actors import Actor
from campana.accounts.labels import permission_label
from campana.accounts.queries import actor_of_user
from campana.kernel.refusals import NotAllowed, Refused
from campana.tenancy import organisation_scope
from campana.ui.middleware.refusals import refused_answer

API: Final = "/api/"


class Closed(Refused):
    """The view does not say who may use it."""

    code = "closed"
    status = 403
    detail = "This page is not open to anybody."


class Unreadable(Refused):
    """No text of ours holds NUL, and PostgreSQL can not even be asked for it."""

    code = "unreadable"
    status = 400
    detail = "The request can not be read."


class AccessMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = None  # type: ignore[attr-defined]
        if request.path.startswith(API):
            return self.get_response(request)
        user = request.user
        actor = actor_of_user(user, address_of(request)) if user.is_authenticated else None
        if actor is None:
            return self.get_response(request)
        request.actor = actor  # type: ignore[attr-defined]
        with organisation_scope(actor.organisation.pk):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith(API):
            return None
        access = getattr(view, "access", None)
        if _holds_nul(request):
            return refused_answer(request, Unreadable())
        if access == PUBLIC:
            return None
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        if actor is None:
            return to_sign_in(request)
        if access == SIGNED_IN or (access is not None and actor.can(access)):
            return None
        return refused_answer(request, _in_words(NotAllowed(permission=access)) if access else Closed())

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, NotAllowed):
            _in_words(exception)


def _holds_nul(request: HttpRequest) -> bool:
    """In the query or a form; forms were read by the check against forged requests already."""
    return any(
        "\0" in text
        for fields in (request.GET, request.POST)
        for key, texts in fields.lists()
        for text in (key, *texts)
    )


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page, and back to this one afterwards."""
    if request.headers.get("HX-Request"):
        back = request.headers.get("HX-Current-URL", "")
        return HttpResponse(status=401, headers={"HX-Redirect": _sign_in_url(back)})
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else request.headers.get("Referer", "")
    return HttpResponseRedirect(_sign_in_url(back))


def _sign_in_url(back: str) -> str:
    """The sign-in page checks ``next`` before it follows it."""
    return reverse("accounts:session") + (f"?{urlencode({'next': back})}" if back else "")


def _in_words(refused: NotAllowed) -> NotAllowed:
    """People read the label of the permission, not its name."""
    refused.facts = {**refused.facts, "permission": permission_label(str(refused.facts.get("permission", "")))}
    return refused
