"""Every route says who may use it; one that says nothing is denied (see ``accounts.middleware``).

Pages: ``@requires(permissions.CAMPAIGNS_VIEW)``, ``@signed_in`` or ``@public`` on the view function.
API operations carry the same decorators below the router's. ``request.actor`` is an ``Actor``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"


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
