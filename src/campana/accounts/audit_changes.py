"""What an entry of the audit log changed, value by value, in words."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from campana.accounts.audit_values import field_words, is_said, value_words
from campana.accounts.models import AuditEntry

MANY: Final = 6
"""Values within one value that are told as a list of their own."""


class Change(NamedTuple):
    name: str
    before: str
    after: str
    parts: tuple[Change, ...] = ()
    """The values within, where there are many: the page tells them one by one."""


def changes(entry: AuditEntry) -> list[Change]:
    """In the order they were written."""
    before, after = entry.before or {}, entry.after or {}
    names = [*after, *(name for name in before if name not in after)]
    return [_change(name, before.get(name), after.get(name)) for name in names]


def _change(name: str, before: Any, after: Any) -> Change:
    parts: list[Change] = []
    if isinstance(after, dict) and isinstance(before, dict | None):
        was = before or {}
        parts = [
            _change(key, was.get(key), each) for key, each in after.items() if is_said(each) or is_said(was.get(key))
        ]
    many = tuple(parts) if len(parts) >= MANY else ()
    return Change(field_words(name), value_words(name, before), value_words(name, after), many)
