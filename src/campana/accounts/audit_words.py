"""The audit log in words.

Every app adds its actions in ``apps.py``: ``say_actions({"campaign.approve": _("Approved a campaign")})``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from campana.accounts.labels import permission_label, preset_label
from campana.accounts.models import AuditEntry
from campana.ui import moments

KINDS: Final[dict[str, str | Promise]] = {
    "session": gettext_lazy("Signing in"),
    "user": gettext_lazy("People"),
    "role": gettext_lazy("Roles"),
    "api_key": gettext_lazy("API keys"),
    "organisation": gettext_lazy("Organisation"),
}
"""What an action is about: the part before the dot."""

_actions: dict[str, str | Promise] = {
    "session.start": gettext_lazy("Signed in"),
    "session.end": gettext_lazy("Signed out"),
    "session.refuse": gettext_lazy("Was refused at sign-in"),
    "session.lock": gettext_lazy("Was locked out for 15 minutes"),
    "user.create": gettext_lazy("Added a person"),
    "user.change": gettext_lazy("Changed a person"),
    "user.state": gettext_lazy("Changed whether a person may sign in"),
    "user.password": gettext_lazy("Set a password"),
    "user.sign_out": gettext_lazy("Signed out everywhere else"),
    "user.profile": gettext_lazy("Changed the own profile"),
    "user.link_invitation": gettext_lazy("Made an invitation link"),
    "user.link_reset": gettext_lazy("Made a link for a new password"),
    "user.link_revoke": gettext_lazy("Revoked a link"),
    "role.create": gettext_lazy("Added a role"),
    "role.change": gettext_lazy("Changed a role"),
    "role.delete": gettext_lazy("Deleted a role"),
    "api_key.create": gettext_lazy("Made an API key"),
    "api_key.revoke": gettext_lazy("Revoked an API key"),
    "organisation.create": gettext_lazy("Set up the organisation"),
    "organisation.change": gettext_lazy("Changed the settings"),
    "organisation.owner": gettext_lazy("Gave the ownership to somebody else"),
    "organisation.stop": gettext_lazy("Stopped all campaigns at once"),
    "organisation.release": gettext_lazy("Released the emergency stop"),
}


def say_actions(actions: Mapping[str, str | Promise], *, kind: str = "", name: str | Promise = "") -> None:
    """Teach the log the actions of an app, and the name of their kind for its filter."""
    _actions.update(actions)
    if kind:
        KINDS[kind] = name


def action_words(action: str) -> str:
    """An action nobody has said is told by its kind."""
    said = _actions.get(action)
    if said is not None:
        return str(said)
    kind = KINDS.get(action.partition(".")[0])
    return _("Another act: %(kind)s") % {"kind": kind} if kind else _("Another act")


_fields: dict[str, str | Promise] = {
    "name": gettext_lazy("name"),
    "email": gettext_lazy("e-mail"),
    "role": gettext_lazy("role"),
    "state": gettext_lazy("state"),
    "owner": gettext_lazy("owner"),
    "language": gettext_lazy("language"),
    "time_zone": gettext_lazy("time zone"),
    "theme": gettext_lazy("colours"),
    "prefix": gettext_lazy("begins with"),
    "scopes": gettext_lazy("limited to"),
    "permissions": gettext_lazy("permissions"),
    "expires_at": gettext_lazy("ends"),
    "slug": gettext_lazy("short name"),
    "default_country": gettext_lazy("country"),
    "campaigns_need_approval": gettext_lazy("campaigns need approval"),
    "approver_is_not_author": gettext_lazy("nobody approves his own campaign"),
    "supervisors_approve": gettext_lazy("supervisors may approve"),
    "mask_numbers": gettext_lazy("numbers hidden"),
    "licence_calls": gettext_lazy("calls at once"),
    "reserved_calls": gettext_lazy("kept free of campaigns"),
    "frequency_cap": gettext_lazy("attempts per number in 24 hours"),
    "do_not_call_again_days": gettext_lazy("days of rest after a campaign"),
    "blocked_prefixes": gettext_lazy("blocked prefixes"),
    "campaigns_limit": gettext_lazy("most campaigns"),
    "campaign_contacts_limit": gettext_lazy("most contacts in a campaign"),
    "campaign_agents_limit": gettext_lazy("most agents in a campaign"),
}
_objects: dict[str, str | Promise] = {
    "user": gettext_lazy("person"),
    "role": gettext_lazy("role"),
    "api_key": gettext_lazy("API key"),
    "organisation": gettext_lazy("organisation"),
}
_values: dict[tuple[str, str], str | Promise] = {
    ("state", "active"): gettext_lazy("active"),
    ("state", "invited"): gettext_lazy("invited"),
    ("state", "inactive"): gettext_lazy("inactive"),
    ("theme", "light"): gettext_lazy("light"),
    ("theme", "dark"): gettext_lazy("dark"),
}


def say_fields(names: Mapping[str, str | Promise]) -> None:
    _fields.update(names)


def say_objects(names: Mapping[str, str | Promise]) -> None:
    """Names of object types: ``{"campaign": _("campaign")}``."""
    _objects.update(names)


def object_words(entry: AuditEntry) -> str:
    """``role 12``; an object nobody has named is told by its number."""
    name = _objects.get(entry.object_type)
    return f"{name} {entry.object_id}" if name else entry.object_id


def field_words(name: str) -> str:
    return str(_fields.get(name, name.replace("_", " ")))


def value_words(name: str, value: Any) -> str:
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(value_words(name, each) for each in value)
    if name in {"permissions", "scopes"}:
        return permission_label(str(value))
    if name == "role":
        return preset_label(str(value))
    if name.endswith("_at"):
        return _instant_words(str(value))
    return str(_values.get((name, str(value)), value))


def _instant_words(text: str) -> str:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    if instant.tzinfo is None:
        return text
    return moments.words(instant, get_current_timezone(), get_language() or "en", style="full")
