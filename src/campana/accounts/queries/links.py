"""One-time links."""

from __future__ import annotations

from campana.accounts.models import OneTimeLink, User
from campana.accounts.secrets import digest_of
from campana.kernel.clock import Instant
from campana.tenancy import system_scope


def open_link(token: str, now: Instant) -> OneTimeLink | None:
    """The link behind a token, unless it was used, replaced, is too old, or its person became inactive."""
    with system_scope():
        return (
            OneTimeLink.objects.select_related("user", "organisation")
            .filter(digest=digest_of(token), used_at=None, expires_at__gt=now)
            .exclude(user__state=User.State.INACTIVE)
            .first()
        )
