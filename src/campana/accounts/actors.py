"""Who does something: a signed-in person, a program with a key, or the product itself."""

from __future__ import annotations

from dataclasses import dataclass

from campana.accounts import permissions
from campana.accounts.models import ApiKey, Organisation, User
from campana.kernel.refusals import NotAllowed, Refused


class LimitedToGroups(Refused):
    code = "limited_to_groups"
    status = 403
    detail = "You are limited to certain groups, and this is about the whole organisation."


@dataclass(frozen=True, slots=True)
class Actor:
    """Passed to every operation as ``actor``. Exactly one of ``user`` and ``api_key`` is set, or none (system)."""

    organisation: Organisation
    permissions: frozenset[str]
    user: User | None = None
    api_key: ApiKey | None = None
    address: str | None = None
    limited_to: frozenset[int] | None = None
    """Groups of agents whose people and campaigns alone exist for him (CAM-759); None: no limit. What that means
    for each kind of object is said once, by the scopes in ``permissions`` of workforce, campaigns and calls."""

    def can(self, permission: str) -> bool:
        return permission in self.permissions

    @property
    def masks_numbers(self) -> bool:
        """Whether this person reads only the last digits of telephone numbers (CAM-759)."""
        return self.organisation.mask_numbers and permissions.CONTACTS_MANAGE not in self.permissions

    def require(self, permission: str) -> None:
        """Raises NotAllowed unless the actor holds the permission."""
        if permission not in self.permissions:
            raise NotAllowed(permission=permission)

    def require_no_limit(self) -> None:
        """Raises LimitedToGroups for what concerns others than the groups somebody is limited to."""
        if self.limited_to is not None:
            raise LimitedToGroups


def system_actor(organisation: Organisation) -> Actor:
    """The product itself: commands, jobs, the demo."""
    return Actor(organisation=organisation, permissions=frozenset(permissions.ALL))
