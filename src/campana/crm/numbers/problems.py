"""Why a text is not a number we would call."""

from __future__ import annotations

from enum import StrEnum


class NumberProblem(StrEnum):
    EMPTY = "number_empty"
    SPREADSHEET_DAMAGE = "number_damaged_by_spreadsheet"
    """``8.49E+10`` or ``####``: the digits are gone from the file."""
    NOT_A_NUMBER = "number_has_other_characters"
    NO_COUNTRY_CODE = "number_without_country_code"
    UNKNOWN_COUNTRY = "number_unknown_country"
    TOO_SHORT = "number_too_short"
    TOO_LONG = "number_too_long"
    IMPOSSIBLE = "number_impossible"
    EMERGENCY = "number_emergency"
    SHORT = "number_short"
    PREMIUM = "number_premium"
