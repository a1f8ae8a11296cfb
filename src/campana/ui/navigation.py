"""The side navigation: entries by permission, each only when its page exists."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    routes: tuple[str, ...]
    """Names of its page; the first that exists is taken."""
    icon: str
    word: Promise
    permission: str


@dataclass(frozen=True, slots=True)
class Link:
    address: str
    icon: str
    word: str
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    word: str
    links: tuple[Link, ...]


_SETS_UP = (
    "settings.manage",
    "users.manage",
    "agents.view",
    "hotlines.view",
    "results.manage",
    "fields.manage",
    "keys.manage",
    "webhooks.manage",
    "audit.view",
)
"""Whoever holds one of these finds something on the page of settings."""
_OF_SETTINGS = (
    ("accounts:organisation", "settings.manage"),
    ("accounts:people", "users.manage"),
    ("accounts:roles", "users.manage"),
    ("accounts:api_keys", "keys.manage"),
    ("accounts:audit", "audit.view"),
    ("automation:webhooks", "webhooks.manage"),
    ("crm:fields", "fields.manage"),
)
"""Pages that have no entry of their own: they are found on the page of settings, and mark it as the place."""

# Several entries of one word are the tabs of one place: the first that is open is its link.
ENTRIES: tuple[tuple[Promise | str, tuple[Entry, ...]], ...] = (
    (
        "",
        (
            Entry(("supervision:campaigns", "campaigns:list"), "speakerphone", _("Campaigns"), "campaigns.view"),
            Entry(("supervision:wallboard",), "device-tv", _("Wallboard"), "agents.view"),
            Entry(("supervision:floor",), "headset", _("Floor"), "agents.view"),
            Entry(("calls:attempts",), "phone-call", _("Calls"), "calls.view"),
            Entry(("calls:attempts",), "phone-call", _("Calls"), "calls.make"),
            Entry(("reporting:exports",), "download", _("Exports"), "campaigns.export"),
            Entry(("desk:desk",), "phone", _("Desk"), "calls.make"),
        ),
    ),
    (
        _("Customers"),
        (
            Entry(("crm:contacts",), "address-book", _("Contacts"), "contacts.view"),
            Entry(("crm:imports",), "upload", _("Imports"), "contacts.import"),
            Entry(("crm:suppressions",), "ban", _("Do not call"), "suppressions.manage"),
            Entry(("crm:groups",), "users", _("Groups"), "contacts.view"),
        ),
    ),
    (
        _("Set up"),
        (
            *(Entry(("onboarding:settings",), "settings", _("Settings"), permission) for permission in _SETS_UP),
            *(Entry((page,), "settings", _("Settings"), permission) for page, permission in _OF_SETTINGS),
            Entry(("workforce:agents",), "calendar", _("Agents and hours"), "agents.view"),
            Entry(("workforce:groups",), "calendar", _("Agents and hours"), "agents.view"),
            Entry(("workforce:hours",), "calendar", _("Agents and hours"), "agents.view"),
            Entry(("workforce:holidays",), "calendar", _("Agents and hours"), "agents.view"),
            Entry(("hotlines:hotlines", "hotlines:list"), "phone-outgoing", _("Hotlines"), "hotlines.view"),
            Entry(("hotlines:trunks",), "phone-outgoing", _("Hotlines"), "hotlines.view"),
            Entry(("hotlines:sounds",), "phone-outgoing", _("Hotlines"), "hotlines.view"),
            Entry(("scripts:result_sets", "scripts:results"), "list-check", _("Results"), "results.manage"),
            Entry(("scripts:scripts",), "list-check", _("Results"), "results.manage"),
            Entry(("accounts:emergency_stop",), "player-stop", _("Emergency stop"), "campaigns.run"),
        ),
    ),
)


def groups_for(request: HttpRequest) -> list[Group]:
    actor = getattr(request, "actor", None)
    if actor is None:
        return []
    found = []
    for title, entries in ENTRIES:
        links: dict[str, Link] = {}
        for entry in entries:
            address, word = _address(entry.routes), str(entry.word)
            if not address or not actor.can(entry.permission):
                continue
            link = links.setdefault(word, Link(address, entry.icon, word, False))
            if _here(request.path, address):
                links[word] = replace(link, current=True)
        if links:
            found.append(Group(str(title), tuple(links.values())))
    return found


def _address(routes: tuple[str, ...]) -> str:
    for route in routes:
        try:
            return reverse(route)
        except NoReverseMatch:
            continue
    return ""


def _here(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(address.rstrip("/") + "/"))
