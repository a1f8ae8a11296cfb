"""Every role, nobody and a stranger walk every route of the product."""

from __future__ import annotations

from campana.accounts import permissions
from campana.accounts.access import PUBLIC, SIGNED_IN
from support.routes import all_routes


def test_every_route_says_who_may_use_it() -> None:
    known = {PUBLIC, SIGNED_IN, *permissions.ALL}
    assert [route.pattern for route in all_routes() if getattr(route.view, "access", None) not in known] == []
