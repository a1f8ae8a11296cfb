"""Which numbering plans never look at the last four digits.

A plan is a handful of regular expressions. When each of them ends in at least four "any digit", every
number with the same digits before them and the same length is answered alike, and the answer may be
remembered. Anything this file does not recognise counts as "looks at the tail".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from phonenumbers import PhoneMetadata
from phonenumbers.data import _COUNTRY_CODE_TO_REGION_CODE
from phonenumbers.tzdata import TIMEZONE_DATA

TAIL = 4
_DESCRIPTIONS = (
    "general_desc",
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)
_parser: Any = re._parser  # type: ignore[attr-defined]


def ignores_tail(number: str, country: str) -> bool:
    """Whether neither the number's own plan nor the default country's looks at the last four digits."""
    code = next((number[:length] for length in (1, 2, 3) if int(number[:length]) in _COUNTRY_CODE_TO_REGION_CODE), "")
    return bool(code) and _code_ignores_tail(code, len(number)) and (not country or _region_ignores_tail(country))


@lru_cache(maxsize=4096)
def _code_ignores_tail(code: str, length: int) -> bool:
    longest = max((len(prefix) for prefix in TIMEZONE_DATA if prefix.startswith(code)), default=0)
    if longest > length - TAIL:
        return False
    return all(_region_ignores_tail(region) for region in _COUNTRY_CODE_TO_REGION_CODE[int(code)])


@lru_cache(maxsize=512)
def _region_ignores_tail(region: str) -> bool:
    plan = PhoneMetadata.metadata_for_region(region, None)
    if plan is None:
        return False
    patterns = [getattr(plan, name).national_number_pattern for name in _DESCRIPTIONS if getattr(plan, name)]
    return all(_any_digits_at_end(_parser.parse(pattern)) >= TAIL for pattern in patterns if pattern)


def _any_digits_at_end(nodes: Any) -> int:
    """How many "any digit" every match of the parsed pattern surely ends in."""
    total = 0
    for op, value in reversed(list(nodes)):
        name = str(op)
        if name == "IN" and [(str(a), str(b)) for a, b in value] == [("CATEGORY", "CATEGORY_DIGIT")]:
            total += 1
        elif name == "MAX_REPEAT":
            least, most, inner = value
            if least != most or _any_digits_at_end(inner) != 1 or len(inner) != 1:
                # A tail of varying length: only its surely present digits count.
                return total + (least if len(inner) == 1 and _any_digits_at_end(inner) == 1 else 0)
            total += least
        elif name == "SUBPATTERN":
            inner = value[3]
            found = _any_digits_at_end(inner)
            if not _only_digits(inner):
                return total + found
            total += found
        elif name == "BRANCH":
            return total + min(_any_digits_at_end(branch) for branch in value[1])
        else:
            return total
    return total


def _only_digits(nodes: Any) -> bool:
    return all(
        str(op) == "IN" and [(str(a), str(b)) for a, b in value] == [("CATEGORY", "CATEGORY_DIGIT")]
        for op, value in nodes
    )
