"""Finding who asks."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

from django.db.models import Q

from campana.accounts.actors import Actor
from campana.accounts.models import ApiKey
from campana.kernel.clock import Instant
from campana.tenancy import system_scope

USED_RESOLUTION: Final = timedelta(minutes=1)


def key_digest(key: str) -> bytes:
    """What is stored of an API key. Keys are 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def actor_of_key(key: str, *, now: Instant, address: str | None = None) -> Actor | None:
    """The program behind an API key; None when it is unknown, expired or revoked."""
    with system_scope():
        found = (
            ApiKey.objects.select_related("organisation", "role")
            .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), digest=key_digest(key), revoked_at__isnull=True)
            .first()
        )
        if found is None:
            return None
        stale = now - USED_RESOLUTION
        if found.last_used_at is None or found.last_used_at < stale:
            ApiKey.objects.filter(Q(last_used_at__isnull=True) | Q(last_used_at__lt=stale), pk=found.pk).update(
                last_used_at=now
            )
    permissions = frozenset(found.role.permissions)
    if found.scopes:
        permissions &= frozenset(found.scopes)
    return Actor(organisation=found.organisation, permissions=permissions, api_key=found, address=address)
