"""Who does something: a signed-in person, a program with a key, or the product itself."""

from __future__ import annotations

from dataclasses import dataclass

from campana.accounts import permissions
from campana.accounts.models import ApiKey, Organisation, User
from campana.kernel.refusals import NotAllowed


@dataclass(frozen=True, slots=True)
class Actor:
    """Passed to every operation as ``actor``. Exactly one of ``user`` and ``api_key`` is set, or none (system)."""

    organisation: Organisation
    permissions: frozenset[str]
    user: User | None = None
    api_key: ApiKey | None = None
    address: str | None = None

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


def system_actor(organisation: Organisation) -> Actor:
    """The product itself: commands, jobs, the demo."""
    return Actor(organisation=organisation, permissions=frozenset(permissions.ALL))
