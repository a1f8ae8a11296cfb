"""Every route says who may use it; one that says nothing is denied (see ``accounts.middleware``).

Pages: ``@requires(permissions.CAMPAIGNS_VIEW)``, ``@signed_in`` or ``@public`` on the view function.
API operations carry the same decorators below the router's. ``request.actor`` is an ``Actor``.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.conf import settings
from django.http import HttpRequest

if TYPE_CHECKING:
    from campana.accounts.actors import Actor
    from campana.accounts.models import User

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"


class ActorRequest(HttpRequest):
    """What a view gets that is not public: somebody is there, and the tenancy scope is his organisation's."""

    actor: Actor
    user: User


def requires(permission: str) -> Callable[[View], View]:
    """The actor must hold ``permission``."""

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(view: View) -> View:
    """Anybody who is signed in, or any valid API key."""
    view.access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Open to the world: sign-in, set-up, health."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def actor_of(request: HttpRequest) -> Actor:
    """Whoever asks; only for views that are not public."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def address_of(request: HttpRequest) -> str | None:
    """The network address of whoever asks; None when it is unknown (a Unix socket).

    ``X-Forwarded-For`` counts only as far as ``TRUSTED_PROXIES`` of our own stand in front: each appends the
    address it saw, so the n-th from the right is the last one that was not made up.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if hops:
            address = hops[-min(settings.TRUSTED_PROXIES, len(hops))]
    try:
        return str(ip_address(address))
    except ValueError:
        return None
