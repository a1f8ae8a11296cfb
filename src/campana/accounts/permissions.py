"""Fine permissions and the four role presets (CAM-758, CRM-706)."""

from __future__ import annotations

from typing import Final

CONTACTS_VIEW: Final = "contacts.view"
CONTACTS_MANAGE: Final = "contacts.manage"
CONTACTS_IMPORT: Final = "contacts.import"
CONTACTS_EXPORT: Final = "contacts.export"
CONTACTS_RESTORE: Final = "contacts.restore"
CONTACTS_ERASE: Final = "contacts.erase"
SUPPRESSIONS_MANAGE: Final = "suppressions.manage"
SUPPRESSIONS_REMOVE: Final = "suppressions.remove"
FIELDS_MANAGE: Final = "fields.manage"
CAMPAIGNS_VIEW: Final = "campaigns.view"
CAMPAIGNS_MANAGE: Final = "campaigns.manage"
CAMPAIGNS_APPROVE: Final = "campaigns.approve"
CAMPAIGNS_RUN: Final = "campaigns.run"
CAMPAIGNS_CONTACTS: Final = "campaigns.contacts"
CAMPAIGNS_EXPORT: Final = "campaigns.export"
CAMPAIGNS_PRIORITY: Final = "campaigns.priority"
CAMPAIGNS_DETECT: Final = "campaigns.detect"
CAMPAIGNS_LISTEN: Final = "campaigns.listen"
CALLS_VIEW: Final = "calls.view"
CALLS_MAKE: Final = "calls.make"
RESULTS_MANAGE: Final = "results.manage"
AGENTS_VIEW: Final = "agents.view"
AGENTS_MANAGE: Final = "agents.manage"
HOURS_MANAGE: Final = "hours.manage"
HOTLINES_VIEW: Final = "hotlines.view"
HOTLINES_MANAGE: Final = "hotlines.manage"
USERS_MANAGE: Final = "users.manage"
SETTINGS_MANAGE: Final = "settings.manage"
KEYS_MANAGE: Final = "keys.manage"
WEBHOOKS_MANAGE: Final = "webhooks.manage"
AUDIT_VIEW: Final = "audit.view"

ALL: Final[tuple[str, ...]] = tuple(
    value for name, value in sorted(globals().items()) if name.isupper() and isinstance(value, str)
)

WHOLE_ORGANISATION: Final = frozenset({USERS_MANAGE, SETTINGS_MANAGE, KEYS_MANAGE, WEBHOOKS_MANAGE, AUDIT_VIEW})
"""Reach over every group; nobody who is limited to groups holds them, whatever his role says (CAM-759)."""

ADMINISTRATOR, SUPERVISOR, EMPLOYEE, OPERATOR = "administrator", "supervisor", "employee", "operator"

OWNERS: Final = frozenset({CONTACTS_ERASE})
"""Held by the owner alone, and by roles he gives them to (CRM-708)."""

_NOT_SUPERVISOR = {
    CONTACTS_RESTORE,
    CONTACTS_ERASE,
    CAMPAIGNS_APPROVE,  # the organisation may allow it: Organisation.supervisors_approve
    HOTLINES_MANAGE,
    USERS_MANAGE,
    SETTINGS_MANAGE,
    KEYS_MANAGE,
    WEBHOOKS_MANAGE,
    AUDIT_VIEW,
}

PRESETS: Final[dict[str, tuple[str, ...]]] = {
    ADMINISTRATOR: tuple(permission for permission in ALL if permission not in OWNERS),
    SUPERVISOR: tuple(permission for permission in ALL if permission not in _NOT_SUPERVISOR),
    EMPLOYEE: (CALLS_MAKE, CAMPAIGNS_VIEW, CONTACTS_MANAGE, CONTACTS_VIEW, SUPPRESSIONS_MANAGE),
    OPERATOR: (CALLS_MAKE, CAMPAIGNS_VIEW),
}
