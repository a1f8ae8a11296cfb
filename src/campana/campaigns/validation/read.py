"""Readers of single values: what came from a form or a request becomes the value to store, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from campana.campaigns.validation import refusals as no
from campana.engine.words import PLANNED_EVENTS
from campana.kernel.wall_clock import NoSuchHour, shown_by_clocks
from campana.kernel.windows import BadWindow, Period, merge

Reader: TypeAlias = Callable[[str, Any], Any]
"""Takes the field's name and the raw value."""

MINUTE, DAY = 60, 86_400


MOST_OTHERS = 500


def other_scripts(field: str, raw: Any) -> list[dict[str, int]]:
    """Agents and groups with a script of their own, each once: ``{"agent" or "group": id, "script": id}``."""
    found: dict[tuple[str, int], dict[str, int]] = {}
    try:
        for one in raw or []:
            whose = [key for key in ("agent", "group") if one.get(key) not in (None, "")]
            if len(whose) != 1:
                raise ValueError(whose)
            key, pk, script = whose[0], _id(one[whose[0]]), _id(one["script"])
            found[key, pk] = {key: pk, "script": script}
    except (AttributeError, KeyError, TypeError, ValueError):
        raise no.BadOtherScripts(field=field) from None
    if len(found) > MOST_OTHERS:
        raise no.BadOtherScripts(field=field)
    return list(found.values())


def _id(raw: Any) -> int:
    pk = int(str(raw))
    if isinstance(raw, bool) or not 0 < pk < 2**63:
        raise ValueError(raw)
    return pk


def text(limit: int, *, required: bool = False) -> Reader:
    def read(field: str, raw: Any) -> str:
        value = str(raw or "").replace("\x00", "").strip()
        if required and not value:
            raise no.Required(field=field)
        if len(value) > limit:
            raise no.TooLong(field=field, limit=limit)
        return value

    return read


def whole(low: int, high: int, *, optional: bool = False) -> Reader:
    def read(field: str, raw: Any) -> int | None:
        if optional and raw in (None, ""):
            return None
        try:
            number = float(raw)
            value = int(number)
        except (TypeError, ValueError, OverflowError):
            raise no.NotANumber(field=field) from None
        if isinstance(raw, bool) or value != number:
            raise no.NotANumber(field=field)
        if not low <= value <= high:
            raise no.OutOfRange(field=field, low=low, high=high)
        return value

    return read


def tenths(low: float, high: float) -> Reader:
    return _decimal(low, high, 1)


def thousandths(low: float, high: float) -> Reader:
    return _decimal(low, high, 3)


def share(high: float) -> Reader:
    """0 to ``high`` in steps of a thousandth; empty is none."""
    some = _decimal(0.0, high, 3)

    def read(field: str, raw: Any) -> float | None:
        return None if raw in (None, "") else some(field, raw)

    return read


def _decimal(low: float, high: float, digits: int) -> Callable[[str, Any], float]:
    def read(field: str, raw: Any) -> float:
        try:
            value = float(str(raw).replace(",", "."))
        except (TypeError, ValueError):
            raise no.NotANumber(field=field) from None
        if not low <= value <= high:
            raise no.OutOfRange(field=field, low=low, high=high)
        return round(value, digits)

    return read


def choice(*choices: StrEnum | int) -> Reader:
    known = {str(item): item for item in choices}

    def read(field: str, raw: Any) -> StrEnum | int:
        if isinstance(raw, bool) or str(raw) not in known:
            raise no.NotAChoice(field=field, choices=", ".join(known))
        return known[str(raw)]

    return read


def yes_or_no(field: str, raw: Any) -> bool:
    if raw in (True, "true", "on", "1", "yes"):
        return True
    if raw in (False, None, "", "false", "off", "0", "no"):
        return False
    raise no.NotYesOrNo(field=field)


def instant(field: str, raw: Any) -> datetime | None:
    if raw in (None, ""):
        return None
    value = raw
    if isinstance(raw, str):
        try:
            value = datetime.fromisoformat(raw)
        except ValueError:
            raise no.NotATime(field=field) from None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise no.NotATime(field=field)
    try:
        at = value.astimezone(UTC)
        shown = shown_by_clocks(value, at)
    except OverflowError:
        raise no.NotATime(field=field) from None
    if not shown:
        raise NoSuchHour(field=field)
    return at


_CLOCK = re.compile(r"(\d{1,2}):?(\d{2})?\s*[-–]\s*(\d{1,2}):?(\d{2})?")


def hours(field: str, raw: Any) -> list[list[int]]:
    """Periods as [weekday, start minute, end minute], or text "09-12, 14:30-18" meant for every day.
    A mapping {weekday: text} gives each day its own. Overlapping periods merge (CAM-430)."""
    if raw in (None, "", []):
        return []
    try:
        if isinstance(raw, str):
            periods = [period for day in range(7) for period in _typed(field, day, raw)]
        elif isinstance(raw, Mapping):
            periods = [period for day, typed in raw.items() for period in _typed(field, int(day), str(typed))]
        else:
            periods = [Period(*(_exact(part) for part in row)) for row in raw]
    except (BadWindow, TypeError, ValueError):
        raise no.BadHours(field=field) from None
    return [[period.weekday, period.start, period.end] for period in merge(periods)]


def _exact(part: Any) -> int:
    if isinstance(part, bool) or not isinstance(part, int | str):
        raise ValueError(part)
    return int(part)


def _typed(field: str, day: int, typed: str) -> Iterable[Period]:
    for piece in filter(None, (part.strip() for part in re.split(r"[,;\n]", typed))):
        match = _CLOCK.fullmatch(piece)
        if not match:
            raise no.BadHours(field=field)
        start, start_minute, end, end_minute = (int(part or 0) for part in match.groups())
        if start_minute > 59 or end_minute > 59:
            raise no.BadHours(field=field)
        yield Period(day, start * 60 + start_minute, end * 60 + end_minute)


def retries(field: str, raw: Any) -> dict[str, dict[str, int]]:
    """Event to {"attempts": 0..10, "wait": seconds}; an event left out follows the overall numbers (CAM-356)."""
    if raw in (None, "", {}):
        return {}
    if not isinstance(raw, Mapping):
        raise no.BadRetry(field=field)
    plans = {}
    attempts, wait = whole(0, 10), whole(MINUTE, 30 * DAY)
    for event, plan in raw.items():
        if event not in set(PLANNED_EVENTS) or not isinstance(plan, Mapping) or set(plan) - {"attempts", "wait"}:
            raise no.BadRetry(field=field)
        try:
            plans[str(event)] = {
                "attempts": attempts(field, plan.get("attempts")),
                "wait": wait(field, plan.get("wait")),
            }
        except (no.NotANumber, no.OutOfRange):
            raise no.BadRetry(field=f"{field}.{event}") from None
    return plans


def ids(field: str, raw: Any) -> list[int]:
    """Ids in the given order, each once."""
    if raw in (None, ""):
        return []
    if not isinstance(raw, list | tuple | set | frozenset):
        raise no.NotANumber(field=field)
    one = whole(1, 2**63 - 1)
    return list(dict.fromkeys(one(field, item) for item in raw))
