"""One reading of a typed number: international digits, kind and time zone, or the problem.

``read_number`` asks the numbering plans every time. A ``Reader`` gives the same answers faster: for
countries whose plan never looks at the last four digits it remembers the answer by the digits before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult, shortnumberinfo
from phonenumbers.timezone import time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA

from campana.crm.numbers.plans import TAIL, ignores_tail
from campana.crm.numbers.problems import NumberProblem

_JUNK = dict.fromkeys(
    map(
        ord, " \t\r\n\u00a0\u2007\u202f\u200b\u200e\u200f\u2060\ufeff-\u2010\u2011\u2012\u2013\u2014\u2212()[]./'\u2019"
    )
)
_DAMAGED = re.compile(r"[+-]?\d+([.,]\d*)?[eE]\+?\d+|#+|[\d.,]+[eE]")
_FLOAT = re.compile(r"(\d{5,})[.,]0{1,2}")
_SHORT_DIGITS = 6
_LONG_ENOUGH = 12
"""No national number has so many digits: a possible number of this length is an international one."""
_MAX_RAW = 60
_MEMORY = 200_000

_KINDS = {PhoneNumberType.MOBILE: "mobile", PhoneNumberType.FIXED_LINE: "fixed"}


@dataclass(frozen=True, slots=True)
class Reading:
    """``number`` in international digits, or ``problem`` and the number empty."""

    number: str = ""
    kind: str = "other"
    time_zone: str = ""
    """IANA name where the numbering plan knows one zone only, else empty."""
    completed: bool = False
    """The country code came from the default country (CAM-211: completed and flagged)."""
    problem: NumberProblem | None = None


def read_number(raw: str, country: str = "") -> Reading:
    """``raw`` read with ``country`` (ISO code, may be empty) as the default for national numbers."""
    text = _plain(raw)
    if not text:
        return Reading(problem=NumberProblem.EMPTY)
    if _DAMAGED.fullmatch(text):
        return Reading(problem=NumberProblem.SPREADSHEET_DAMAGE)
    whole = _FLOAT.fullmatch(text)
    cleaned = (whole[1] if whole else text).translate(_JUNK)
    digits = cleaned[1:] if cleaned.startswith("+") else cleaned
    if not (digits.isascii() and digits.isdigit()):
        return Reading(problem=NumberProblem.NOT_A_NUMBER)
    if cleaned.startswith("+"):
        return _international(digits)
    if digits.startswith("00"):
        return _international(digits[2:])
    return _bare(digits, country)


def _plain(raw: str) -> str:
    text = raw.strip()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if text[:4].lower() == "tel:":
        text = text[4:]
    return text.lstrip("'").strip()


def _international(digits: str) -> Reading:
    """Digits that begin with a country code for certain: accepted when possible (plans lag behind)."""
    if len(digits) <= _SHORT_DIGITS:
        return Reading(problem=NumberProblem.TOO_SHORT)
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except NumberParseException as problem:
        return Reading(problem=_parse_problem(problem))
    why = phonenumbers.is_possible_number_with_reason(number)
    if why != ValidationResult.IS_POSSIBLE:
        return Reading(problem=_length_problem(why))
    return _typed(number, completed=False)


def _bare(digits: str, country: str) -> Reading:
    """Digits that may be national or begin with a bare country code."""
    if len(digits) <= _SHORT_DIGITS:
        emergency = bool(country) and shortnumberinfo.is_emergency_number(digits, country)
        return Reading(problem=NumberProblem.EMERGENCY if emergency else NumberProblem.SHORT)
    national = _parsed(digits, country) if country else None
    if national is not None and phonenumbers.is_valid_number(national):
        return _typed(national, completed=not digits.startswith(str(national.country_code)) or _added(national, digits))
    bare = None if digits.startswith("0") else _parsed(f"+{digits}", None)
    if bare is not None and _is_international(bare, digits, country):
        return _typed(bare, completed=False)
    if len(digits) > 15:
        return Reading(problem=NumberProblem.TOO_LONG)
    if not country:
        return Reading(problem=NumberProblem.NO_COUNTRY_CODE)
    if national is None:
        return Reading(problem=NumberProblem.IMPOSSIBLE)
    return Reading(problem=_length_problem(phonenumbers.is_possible_number_with_reason(national)))


def _is_international(number: phonenumbers.PhoneNumber, digits: str, country: str) -> bool:
    if phonenumbers.is_valid_number(number):
        return True
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return False
    home = bool(country) and number.country_code == phonenumbers.country_code_for_region(country)
    return home or len(digits) >= _LONG_ENOUGH


def _parsed(text: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except NumberParseException:
        return None


def _added(number: phonenumbers.PhoneNumber, digits: str) -> bool:
    return _digits(number) != digits


def _digits(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]


def _typed(number: phonenumbers.PhoneNumber, *, completed: bool) -> Reading:
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.PREMIUM_RATE:
        return Reading(problem=NumberProblem.PREMIUM)
    digits = _digits(number)
    if not _SHORT_DIGITS < len(digits) <= 15:
        return Reading(problem=NumberProblem.TOO_SHORT if len(digits) <= _SHORT_DIGITS else NumberProblem.TOO_LONG)
    return Reading(digits, _KINDS.get(kind, "other"), _zone(number, kind), completed)


def _zone(number: phonenumbers.PhoneNumber, kind: int) -> str:
    if kind == PhoneNumberType.UNKNOWN:
        zones = TIMEZONE_DATA.get(str(number.country_code), ())
    else:
        zones = time_zones_for_number(number)
    return zones[0] if len(zones) == 1 and zones[0] != "Etc/Unknown" else ""


def _parse_problem(problem: NumberParseException) -> NumberProblem:
    return {
        NumberParseException.INVALID_COUNTRY_CODE: NumberProblem.UNKNOWN_COUNTRY,
        NumberParseException.TOO_LONG: NumberProblem.TOO_LONG,
        NumberParseException.TOO_SHORT_NSN: NumberProblem.TOO_SHORT,
        NumberParseException.TOO_SHORT_AFTER_IDD: NumberProblem.TOO_SHORT,
    }.get(problem.error_type, NumberProblem.IMPOSSIBLE)


def _length_problem(why: int) -> NumberProblem:
    return {
        ValidationResult.TOO_LONG: NumberProblem.TOO_LONG,
        ValidationResult.TOO_SHORT: NumberProblem.TOO_SHORT,
        ValidationResult.INVALID_COUNTRY_CODE: NumberProblem.UNKNOWN_COUNTRY,
        ValidationResult.IS_POSSIBLE_LOCAL_ONLY: NumberProblem.TOO_SHORT,
    }.get(why, NumberProblem.IMPOSSIBLE)


class Reader:
    """Reads many numbers with one default country, remembering what the leading digits mean."""

    def __init__(self, country: str = "") -> None:
        self.country = country
        self._known: dict[str, tuple[str, str, str, bool]] = {}
        """By the characters before the last four, which give the length as well."""
        self._tail_matters = set[str]()
        """Such characters of which nothing can be remembered: the plan looks at the whole number."""

    def __call__(self, raw: str) -> Reading:
        cleaned = raw if raw.isascii() and raw.isdigit() else raw.translate(_JUNK)
        known = self._known.get(cleaned[:-TAIL])
        # A sign of damage ("8.49E+10") is not only digits, and "8491234567.0" is: the dot decides.
        if known is not None and cleaned[-TAIL:].isdigit() and cleaned.isascii() and "." not in raw:
            return Reading(known[0] + cleaned[-TAIL:], known[1], known[2], known[3])
        reading = read_number(raw, self.country)
        if reading.problem is None and "." not in raw and cleaned.lstrip("+").isdigit() and len(cleaned) > TAIL + 2:
            self._remember(cleaned, reading)
        return reading

    def known(self, cells: Sequence[str]) -> list[tuple[str, str, str, bool] | None]:
        """Number, kind, zone and whether a country code was added, of cells whose leading digits are remembered.

        None for every other cell: ask the reader for each of those. Leading digits are learnt on the way.
        """
        whole = "".join(cells)
        if whole.isascii() and whole.isdigit():
            cleaned: Sequence[str] = cells
        else:
            cleaned = [raw.translate(_JUNK) if raw.isascii() and "." not in raw else "" for raw in cells]
        heads = [text[:-TAIL] for text in cleaned]
        for head, text in dict(zip(heads, cleaned, strict=True)).items():
            if head and head not in self._known and head not in self._tail_matters:
                self(text)
        return [
            (known[0] + text[-TAIL:], known[1], known[2], known[3]) if known and text[-TAIL:].isdigit() else None
            for known, text in zip(map(self._known.get, heads), cleaned, strict=True)
        ]

    def _remember(self, cleaned: str, reading: Reading) -> None:
        if reading.number[-TAIL:] != cleaned[-TAIL:] or not ignores_tail(reading.number, self.country):
            if len(self._tail_matters) < _MEMORY:
                self._tail_matters.add(cleaned[:-TAIL])
            return
        if len(self._known) >= _MEMORY:
            self._known.clear()
        self._known[cleaned[:-TAIL]] = (reading.number[:-TAIL], reading.kind, reading.time_zone, reading.completed)
