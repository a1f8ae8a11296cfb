"""Strict shapes: what is not declared is refused, and nothing PostgreSQL can not store gets through.

``In`` is for JSON bodies, ``Filters`` for query parameters, ``Out`` for answers (reads model attributes).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

BIGINT: Final = 2**63 - 1
INTEGER: Final = 2**31 - 1

NO_NUL: Final = r"^[^\x00]*$"

Text = Annotated[str, Field(pattern=NO_NUL, max_length=10_000)]
"""Any text without NUL."""
ShortText = Annotated[str, Field(pattern=NO_NUL, max_length=255)]
Word = Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=120)]
"""A name: never empty."""
Id = Annotated[int, Field(ge=1, le=BIGINT)]
WholeNumber = Annotated[int, Field(ge=0, le=INTEGER)]


_RFC_3339: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})?")


def _written_out(value: Any) -> Any:
    """A bare number is not an instant here, whatever it might count."""
    if isinstance(value, str) and not _RFC_3339.fullmatch(value):
        raise ValueError("an instant is written as 2030-01-02T09:00:00Z")
    if isinstance(value, int | float):
        raise ValueError("an instant is written as text, as in 2030-01-02T09:00:00Z")
    return value


def _in_range(value: datetime) -> datetime:
    """UTC, and far enough from the ends of the calendar that adding some years to it is safe."""
    if not 1900 <= value.year <= 2999:
        raise ValueError("the year must be between 1900 and 2999")
    return value.astimezone(UTC)


Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_written_out), AfterValidator(_in_range)]
"""An instant with its offset, as in 2030-01-02T09:00:00Z."""


_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day_written_out(value: Any) -> Any:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise ValueError("a day is written as text, as in 2030-01-02")


Day = Annotated[date, Field(strict=False), BeforeValidator(_day_written_out)]
"""A date without a time, as in 2030-01-02."""


class In(BaseModel):
    """A JSON body, or a part of one."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Filters(BaseModel):
    """Query parameters. Text that reads as the type is taken."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Out(Schema):
    """An answer, made from a model's attributes or a dictionary; ``resolve_NAME`` makes what is neither."""
