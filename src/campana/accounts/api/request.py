"""The request as an operation sees it."""

from __future__ import annotations

from django.http import HttpRequest

from campana.accounts.actors import Actor
from campana.kernel.clock import Instant


class ApiRequest(HttpRequest):
    """For annotations: the gate has put these on Django's own request."""

    actor: Actor
    now: Instant
    request_id: str
