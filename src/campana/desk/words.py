"""Closed lists of the desk in words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PAUSE_REASONS: Final[dict[str, Promise]] = {
    "break": _("Break"),
    "lunch": _("Lunch"),
    "meeting": _("Meeting"),
    "training": _("Training"),
    "paperwork": _("Paperwork"),
}
SKIP_REASONS: Final[dict[str, Promise]] = {
    "bad_moment": _("Bad moment for this contact"),
    "wrong_data": _("The data looks wrong"),
    "not_mine": _("Somebody else should call"),
    "known_person": _("I know this person"),
}
