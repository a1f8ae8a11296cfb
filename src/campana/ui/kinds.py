"""The types of contact fields and the comparisons of a condition in words, in the order in which they are offered."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FIELD_TYPES: Final[list[tuple[str, Promise]]] = [
    ("text", _("Text")),
    ("number", pgettext_lazy("a kind of value", "Number")),
    ("date", _("Date")),
    ("phone", _("Phone")),
    ("email", _("E-mail")),
    ("list", _("List")),
    ("yes_no", _("Yes or no")),
]
OPERATORS: Final[list[tuple[str, Promise]]] = [
    ("is", _("is")),
    ("is_not", _("is not")),
    ("contains", _("contains")),
    ("starts_with", _("starts with")),
    ("is_empty", _("is empty")),
    ("is_not_empty", _("is not empty")),
    ("less", _("is less than")),
    ("more", _("is more than")),
    ("before", _("is before")),
    ("after", _("is after")),
    ("in_last_days", _("is in the last … days")),
    ("in", _("is one of")),
    ("not_in", _("is none of")),
]
