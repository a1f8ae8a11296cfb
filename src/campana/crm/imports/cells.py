"""Cells as typed values. A cell that can not be read raises BadCell with a RowProblem."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from campana.crm.imports.problems import RowProblem
from campana.crm.models import CustomField
from campana.crm.numbers import Reader
from campana.crm.words import plain

_EMAIL = re.compile(
    r"[^@\s\"(),:;<>\[\\\]]{1,64}@[^@\s.\"(),:;<>\[\\\]][^@\s\"(),:;<>\[\\\]]*\.[^@\s.\d\"(),:;<>\[\\\]]{2,}"
)
_DATE = re.compile(r"(\d{1,2})[./-]\s?(\d{1,2})[./-]\s?(\d{4})")
_SPACES = {ord(c): None for c in " \u00a0\u202f'"}
_YES = {"yes", "y", "true", "1", "ano", "co", "da", "да", "có", "x"}
_NO = {"no", "n", "false", "0", "ne", "khong", "нет", "không"}
MAX_TEXT = 10_000
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)
"""Other programs write "none" as the first or the last moment of the calendar, which in another time zone is none any
more: nobody could read it back. As far as these an instant means what it says."""


class BadCell(ValueError):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_email(text: str) -> bool:
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def read_email(text: str) -> str:
    if not is_email(text):
        raise BadCell(RowProblem.BAD_EMAIL)
    return text.lower()


def read_date(text: str) -> date:
    """ISO, or day before month with dots or slashes, as all four languages write it."""
    written = _DATE.fullmatch(text)
    try:
        if written:
            return date(int(written[3]), int(written[2]), int(written[1]))
        return date.fromisoformat(text[:10] if text[10:] in ("", " 00:00", " 00:00:00", "T00:00:00") else text)
    except ValueError:
        raise BadCell(RowProblem.BAD_DATE) from None


def read_moment(text: str, zone: str) -> datetime:
    """An instant; without an offset it is local time in ``zone``."""
    day, _, rest = text.replace("T", " ").partition(" ")
    written = _DATE.fullmatch(day)
    try:
        if written:
            day = date(int(written[3]), int(written[2]), int(written[1])).isoformat()
        clock = rest.strip() or "00:00"
        moment = datetime.fromisoformat(f"{day}T{clock.zfill(5) if clock[1:2] == ':' else clock}")
    except ValueError:
        raise BadCell(RowProblem.BAD_MOMENT) from None
    return min(max(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)), EARLIEST), LATEST)


def read_decimal(text: str) -> int | float:
    """``1 234,5`` and ``1,234.5`` and ``1234.5``."""
    digits = text.translate(_SPACES)
    if "," in digits and "." in digits:
        thousands = "," if digits.rindex(".") > digits.rindex(",") else "."
        digits = digits.replace(thousands, "")
    digits = digits.replace(",", ".")
    try:
        value = Decimal(digits)
    except InvalidOperation:
        raise BadCell(RowProblem.BAD_NUMBER) from None
    if not value.is_finite() or abs(value) >= 10**15:
        raise BadCell(RowProblem.BAD_NUMBER)
    return int(value) if value == value.to_integral_value() else float(value)


def read_yes_no(text: str) -> bool:
    word = plain(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadCell(RowProblem.BAD_YES_NO)


def read_custom(field: CustomField, text: str, numbers: Reader) -> str | int | float | bool:
    """The value of a custom field as ``Contact.fields`` keeps it."""
    kind = field.type
    if kind == CustomField.Type.NUMBER:
        return read_decimal(text)
    if kind == CustomField.Type.DATE:
        return read_date(text).isoformat()
    if kind == CustomField.Type.EMAIL:
        return read_email(text)
    if kind == CustomField.Type.YES_NO:
        return read_yes_no(text)
    if kind == CustomField.Type.PHONE:
        reading = numbers(text)
        if reading.problem is not None:
            raise BadCell(reading.problem)
        return reading.number
    if kind == CustomField.Type.LIST:
        choice = next((choice for choice in field.choices if plain(choice) == plain(text)), None)
        if choice is None:
            raise BadCell(RowProblem.BAD_CHOICE)
        return str(choice)
    if len(text) > MAX_TEXT:
        raise BadCell(RowProblem.TOO_LONG)
    return text
