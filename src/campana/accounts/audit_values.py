"""What changed, in the words of the audit log and of a campaign's log: names of fields and their values."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campana.accounts.audit_names import Names, reference, teller_of
from campana.accounts.audit_vocabulary import FIELDS, VALUES
from campana.accounts.labels import permission_label, preset_label
from campana.ui import moments
from campana.ui.week import typed_days
from campana.ui.words import STATES, said
from campana.ui.zones import zone_city

_DECIMAL: Final = re.compile(r"\d+\.\d+")
_SECONDS: Final = frozenset(
    {
        "accept_timeout",
        "agent_ring",
        "answer_wait",
        "detection_time",
        "gap",
        "max_wait",
        "no_agent_grace",
        "preview_time",
        "short_hang_up",
        "wait",
        "wrap_up",
    }
)
_SHARES: Final = frozenset({"max_abandon", "false_machines"})
_PHONES: Final = frozenset({"phones", "caller_id", "number"})
_DIGITS: Final = re.compile(r"[1-9]\d{7,14}")
_SAID: Final[dict[str, tuple[str, ...]]] = {
    "mode": ("mode",),
    "presence": ("presence",),
    "state": ("campaign", "agent"),
    "states": ("task",),
    "wanted": ("presence",),
}
"""Fields whose codes have a vocabulary of ``ui.words``, or one of several."""
NO_NAMES: Final = Names({})


def field_words(name: str) -> str:
    words = str(FIELDS.get(name, name.replace("_", " ")))
    return words[:1].lower() + words[1:]


def value_words(name: str, value: Any, names: Names = NO_NAMES) -> str:
    if not is_said(value):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if teller := teller_of(name):
        return teller(value, names) or "–"
    if isinstance(value, dict):
        said_of = [
            f"{field_words(key)}: {value_words(key, each, names)}" for key, each in value.items() if is_said(each)
        ]
        return "; ".join(said_of) or "–"
    if name in {"hours", "periods"} and _is_week(value):
        return "; ".join(f"{days} {line}" for days, line in typed_days(value))
    if isinstance(value, list | tuple):
        return ", ".join(value_words(name, each, names) for each in value)
    if kind := reference(name, value):
        return names.of(kind, value)
    return _one_word(name, value)


def _one_word(name: str, value: Any) -> str:
    if name in {"permissions", "scopes"}:
        return permission_label(str(value))
    for vocabulary in _SAID.get(name, ()):
        if value in STATES[vocabulary]:
            return said(vocabulary, value)[1]
    if name == "field":
        return field_words(str(value))
    if name == "time_zone":
        return zone_city(str(value), get_language() or "en")
    if name == "role":
        return preset_label(str(value))
    if name.endswith("_at"):
        return _instant_words(str(value))
    if name in _PHONES and _DIGITS.fullmatch(str(value)):
        return moments.phone(str(value))
    return str(VALUES.get((name, str(value)), _measured(name, value)))


def _is_week(value: Any) -> bool:
    """Weekday, first and last minute of each period."""
    return isinstance(value, list) and all(
        isinstance(row, list | tuple) and len(row) == 3 and all(isinstance(n, int) for n in row) for row in value
    )


def _measured(name: str, value: Any) -> Any:
    """A time with its unit, a share in percent, where the name says that it is one."""
    measure = moments.span if name in _SECONDS else moments.share if name in _SHARES else None
    try:
        return measure(float(value), get_language() or "en") if measure else _decimal_words(value)
    except (TypeError, ValueError, OverflowError):
        return value


def _decimal_words(value: Any) -> Any:
    """A share or a coefficient as the reader's language writes it; everything else as it is."""
    text = str(value)
    return number_format(text) if isinstance(value, float | str) and _DECIMAL.fullmatch(text) else value


def _instant_words(text: str) -> str:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    if instant.tzinfo is None:
        return text
    return moments.words(instant, get_current_timezone(), get_language() or "en", style="full")


def is_said(value: Any) -> bool:
    return value is not None and value not in ("", [], {})
