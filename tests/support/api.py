"""A client of the REST API, as a program with a key."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from campana.accounts import permissions
from campana.accounts.models import ApiKey, Organisation, Role
from campana.tenancy import system_scope

BEGINNING = datetime(2026, 1, 5, 9, tzinfo=UTC)


def make_organisation(slug: str) -> Organisation:
    return Organisation.objects.create(slug=slug, name=slug.title(), created_at=BEGINNING)


def make_key(
    organisation: Organisation,
    *,
    role: str = permissions.ADMINISTRATOR,
    secret: str | None = None,
    scopes: Sequence[str] = (),
    **fields: Any,
) -> str:
    """A key's secret; the role is made when it is not there."""
    secret = secret or f"campana_{organisation.slug}_{role}"
    with system_scope():
        of_role, _ = Role.objects.get_or_create(
            organisation=organisation, key=role, defaults={"permissions": list(permissions.PRESETS[role])}
        )
        ApiKey.objects.create(
            organisation=organisation,
            name=role,
            prefix=secret[:12],
            digest=hashlib.sha256(secret.encode()).digest(),
            role=of_role,
            scopes=list(scopes),
            created_at=BEGINNING,
            **fields,
        )
    return secret


class ApiClient(Client):
    """Sends the key, speaks JSON, and takes paths below ``/api/v1``."""

    def __init__(self, key: str | None = None) -> None:
        super().__init__(raise_request_exception=False)
        self.key = key

    def generic(self, method: str, path: str, *args: Any, **extra: Any) -> Any:
        if self.key is not None:
            extra.setdefault("HTTP_AUTHORIZATION", f"Bearer {self.key}")
        return super().generic(method, f"/api/v1{path}", *args, **extra)

    def call(self, method: str, path: str, body: Any = None, **extra: Any) -> Any:
        """A request with a JSON body."""
        send = getattr(self, method.lower())
        if body is None:
            return send(path, **extra)
        return send(path, body, content_type="application/json", **extra)
