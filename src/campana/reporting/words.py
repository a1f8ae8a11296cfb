"""Exports in words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS: Final[dict[str, Promise]] = {
    "contacts": _("Contacts of a campaign"),
    "attempts": _("Attempts"),
    "agents": _("Work of agents, day by day"),
}
STATES: Final[dict[str, tuple[str, Promise]]] = {
    "queued": ("scheduled", _("Waits its turn")),
    "running": ("processing", _("Being written")),
    "finished": ("success", pgettext_lazy("a file", "Ready")),
    "cancelled": ("finished", _("Cancelled")),
    "failed": ("fault", _("Failed")),
}
PROBLEMS: Final[dict[str, Promise]] = {
    "no_author": _("The person who asked for it may not sign in any more."),
    "broken": _("Writing broke off. Nothing was changed by it; ask for it again."),
    "stuck": _("Nobody worked on it for hours. Are the background jobs running?"),
}
SEPARATORS: Final[dict[str, Promise]] = {
    "comma": _("Comma"),
    "semicolon": _("Semicolon, for Excel in most of Europe"),
    "tab": _("Tab"),
}
EXPIRED: Final = ("offline", _("Deleted after a day"))
