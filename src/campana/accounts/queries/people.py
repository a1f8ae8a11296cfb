"""People, roles and keys of one organisation."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from campana.accounts.models import ApiKey, OneTimeLink, Role, User
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound


def people(organisation_id: int, *, search: str = "", state: str = "", role_id: int | None = None) -> QuerySet[User]:
    """By name; without a state the inactive ones are left out."""
    found = User.objects.filter(organisation_id=organisation_id).select_related("role")
    if state:
        found = found.filter(state=state)
    else:
        found = found.exclude(state=User.State.INACTIVE)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(email__icontains=search))
    if role_id is not None:
        found = found.filter(role_id=role_id)
    return found.order_by("name", "id")


def everybody(organisation_id: int) -> QuerySet[User]:
    """For choosing a name, inactive people too."""
    return User.objects.filter(organisation_id=organisation_id).order_by("name", "id")


def person(organisation_id: int, pk: int) -> User:
    """Raises NotFound, also for somebody of another organisation."""
    user = User.objects.filter(organisation_id=organisation_id, pk=pk).select_related("role").first()
    if user is None:
        raise NotFound(kind="person")
    return user


def roles(organisation_id: int) -> QuerySet[Role, Role]:
    """With ``holders``, the people who have each, inactive ones too."""
    return Role.objects.filter(organisation_id=organisation_id).annotate(holders=Count("users")).order_by("id")


def role(organisation_id: int, pk: int) -> Role:
    found = Role.objects.filter(organisation_id=organisation_id, pk=pk).first()
    if found is None:
        raise NotFound(kind="role")
    return found


def api_keys(organisation_id: int) -> QuerySet[ApiKey]:
    """Newest first."""
    keys = ApiKey.objects.filter(organisation_id=organisation_id).select_related("role", "created_by")
    return keys.order_by("-created_at", "-id")


def api_key(organisation_id: int, pk: int) -> ApiKey:
    found = ApiKey.objects.filter(organisation_id=organisation_id, pk=pk).select_related("role").first()
    if found is None:
        raise NotFound(kind="API key")
    return found


def link_given_out(user: User, now: Instant) -> OneTimeLink | None:
    """The link somebody could still follow."""
    links: QuerySet[OneTimeLink, Any] = user.links.filter(used_at=None, expires_at__gt=now)
    return links.first()
