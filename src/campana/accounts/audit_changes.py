"""What an entry of the audit log changed, value by value, in words."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from campana.accounts.audit_names import Names, teller_of
from campana.accounts.audit_values import NO_NAMES, field_words, is_said, value_words
from campana.accounts.models import AuditEntry

MANY: Final = 6
"""Values within one value that are told as a list of their own."""


class Change(NamedTuple):
    name: str
    before: str
    after: str
    parts: tuple[Change, ...] = ()
    """The values within, where there are many: the page tells them one by one."""


def changes(entry: AuditEntry, names: Names = NO_NAMES) -> list[Change]:
    """In the order they were written; ``names`` are those of the page (``audit_names.names_of``)."""
    before, after = entry.before or {}, entry.after or {}
    keys = [*after, *(name for name in before if name not in after)]
    return [_change(key, before.get(key), after.get(key), names) for key in keys]


def _change(name: str, before: Any, after: Any, names: Names) -> Change:
    parts: list[Change] = []
    if isinstance(after, dict) and isinstance(before, dict | None) and teller_of(name) is None:
        was = before or {}
        parts = [
            _change(key, was.get(key), each, names)
            for key, each in after.items()
            if is_said(each) or is_said(was.get(key))
        ]
    many = tuple(parts) if len(parts) >= MANY else ()
    return Change(field_words(name), value_words(name, before, names), value_words(name, after, names), many)
