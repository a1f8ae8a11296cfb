"""A telephone number in international digits, without plus or zeros: ``84912345678``.

The kernel knows the form only. Reading what people type (national form, country defaults) is the
business of ``crm.numbers``, which has the numbering plans.
"""

from __future__ import annotations

from typing import NewType

PhoneNumber = NewType("PhoneNumber", str)

MIN_DIGITS, MAX_DIGITS = 7, 15  # ITU-T E.164 allows 15 digits; the shortest subscriber numbers have 7


class BadNumber(ValueError):
    """Not a number in international digits."""


def phone_number(digits: str) -> PhoneNumber:
    """``digits`` as a typed number. Raises BadNumber for anything but 7 to 15 ASCII digits."""
    if not (digits.isascii() and digits.isdigit() and MIN_DIGITS <= len(digits) <= MAX_DIGITS):
        raise BadNumber("a telephone number has 7 to 15 digits and begins with the country code")
    return PhoneNumber(digits)


def masked(number: str) -> str:
    """A number for logs and masked screens: only the last two digits remain."""
    return "…" + number[-2:]
