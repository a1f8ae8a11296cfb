"""Names of permissions and roles for people."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campana.accounts import permissions as p
from campana.accounts.models import Role

PERMISSION_GROUPS: Final[tuple[tuple[Promise | str, tuple[tuple[str, Promise | str], ...]], ...]] = (
    (
        _("Campaigns"),
        (
            (p.CAMPAIGNS_VIEW, _("See campaigns")),
            (p.CAMPAIGNS_MANAGE, _("Create and edit campaigns")),
            (p.CAMPAIGNS_APPROVE, _("Approve campaigns")),
            (p.CAMPAIGNS_RUN, _("Start, pause and finish campaigns")),
            (p.CAMPAIGNS_CONTACTS, _("Add contacts to campaigns")),
            (p.CAMPAIGNS_PRIORITY, _("Change priorities")),
            (p.CAMPAIGNS_DETECT, _("Have answering machines detected")),
            (p.CAMPAIGNS_LISTEN, _("Listen to calls")),
            (p.CAMPAIGNS_EXPORT, _("Export campaigns")),
            (p.RESULTS_MANAGE, _("Edit results and scripts")),
        ),
    ),
    (
        _("Calls"),
        (
            (p.CALLS_MAKE, _("Make and take calls")),
            (p.CALLS_VIEW, _("See the calls of everybody")),
        ),
    ),
    (
        _("Contacts"),
        (
            (p.CONTACTS_VIEW, _("See contacts")),
            (p.CONTACTS_MANAGE, _("Create and edit contacts")),
            (p.CONTACTS_IMPORT, _("Import contacts")),
            (p.CONTACTS_EXPORT, _("Export contacts")),
            (p.CONTACTS_RESTORE, _("Restore deleted contacts")),
            (p.CONTACTS_ERASE, _("Erase contacts for good")),
            (p.FIELDS_MANAGE, _("Edit custom fields")),
            (p.SUPPRESSIONS_MANAGE, _("Mark as do not call")),
            (p.SUPPRESSIONS_REMOVE, _("Remove do-not-call marks")),
        ),
    ),
    (
        _("Set-up"),
        (
            (p.AGENTS_VIEW, _("See agents")),
            (p.AGENTS_MANAGE, _("Edit agents and groups")),
            (p.HOURS_MANAGE, _("Edit working hours and holidays")),
            (p.HOTLINES_VIEW, _("See hotlines")),
            (p.HOTLINES_MANAGE, _("Edit hotlines and trunks")),
            (p.USERS_MANAGE, _("Manage people and roles")),
            (p.SETTINGS_MANAGE, _("Change the settings of the organisation")),
            (p.KEYS_MANAGE, _("Manage API keys")),
            (p.WEBHOOKS_MANAGE, _("Manage webhooks")),
            (p.AUDIT_VIEW, _("Read the audit log")),
        ),
    ),
)

_PERMISSIONS: Final = {key: label for _group, entries in PERMISSION_GROUPS for key, label in entries}

_ROLES: Final[dict[str, Promise | str]] = {
    p.ADMINISTRATOR: _("Administrator"),
    p.SUPERVISOR: _("Supervisor"),
    p.EMPLOYEE: _("Employee"),
    p.OPERATOR: pgettext_lazy("role", "Operator"),
}


def permission_label(permission: str) -> str:
    """The label, or the plain name for a permission of an older version."""
    return str(_PERMISSIONS.get(permission, permission))


def role_label(role: Role) -> str:
    """The name somebody gave it, else the preset's in the reader's language."""
    return role.name or preset_label(role.key)


def preset_label(key: str) -> str:
    return str(_ROLES.get(key, key))


def role_names(organisation_id: int, ids: Collection[int]) -> dict[int, str]:
    return {role.pk: role_label(role) for role in Role.objects.filter(organisation_id=organisation_id, pk__in=ids)}
