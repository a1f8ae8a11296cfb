"""What a scenario file may say: one class for each of its tables, with the bounds the product has for its settings.

``understood`` reads a file's tables and says everything that is wrong with them at once, by its place and with the
name that was probably meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Annotated, Any, Final, Literal, Self, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from campana.engine.modes import MODES
from campana.engine.words import (
    BudgetWindow,
    DialMode,
    Governed,
    LocalTime,
    PaceStart,
    PacingMethod,
    PreviewStart,
    ResultClass,
)
from campana.kernel.clock import is_zone
from campana.kernel.windows import DAY_MINUTES, Period
from campana.sim.arguments import near

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: Final[tuple[Day, ...]] = get_args(Day)
WORKDAYS: Final = WEEK[:5]


class BadScenario(ValueError):
    """The file says something that can not be simulated."""


def mode_of(written: str) -> DialMode:
    """Raises BadScenario for a mode that is not dialled."""
    if written not in {mode.value for mode in MODES}:
        raise BadScenario(f"the dial mode {written!r} is not one of {', '.join(sorted(MODES))}")
    return DialMode(written)


def _zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError(f"{name!r} is no time zone, write one like Europe/Prague")
    return name


def _minutes(clock: object) -> int:
    """Of the day; TOML's own times, and words like 9:00 or 24:00."""
    if isinstance(clock, time):
        return clock.hour * 60 + clock.minute
    hours, _, minutes = str(clock).partition(":")
    right = hours.isdecimal() and (minutes or "0").isdecimal() and int(minutes or 0) < 60
    of_day = int(hours) * 60 + int(minutes or 0) if right else -1
    if not 0 <= of_day <= DAY_MINUTES:
        raise ValueError(f"{str(clock)!r} is no time of day, write it like 09:00")
    return of_day


def _periods(days: Sequence[Day], begin: int, end: int) -> list[Period]:
    if end <= begin:
        raise ValueError("'to' must be later than 'from' on the same day; write a night as two")
    return [Period(WEEK.index(day), begin, end) for day in days]


Days = Annotated[list[Day], Field(min_length=1)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]
Share = Annotated[float, Field(ge=0, le=1)]
Factor = Annotated[float, Field(ge=0, le=100)]
Mean = Annotated[float, Field(gt=0, le=7200)]
"""Seconds on average."""
People = Annotated[int, Field(ge=1, le=10_000)]
Zone = Annotated[str, AfterValidator(_zone)]
Clock = Annotated[int, BeforeValidator(_minutes)]
Mode = Annotated[DialMode, BeforeValidator(lambda written: mode_of(str(written)))]
LEFT_OUT: Any = Field(default=None)


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Settings(Table):
    """``campaign``: times are seconds, what is left out has the product's own default."""

    mode: Mode = LEFT_OUT
    max_attempts: Annotated[int, Field(ge=1, le=50)] = LEFT_OUT
    gap_minutes: Annotated[float, Field(ge=0, le=43_200)] = LEFT_OUT
    local_time: LocalTime = LEFT_OUT
    end_at: Annotated[datetime, AfterValidator(near)] = LEFT_OUT
    only_with_agent: bool = LEFT_OUT
    no_agent_grace: Seconds = LEFT_OUT
    max_calls: Annotated[int, Field(ge=1, le=100)] = LEFT_OUT
    answer_wait: Seconds = LEFT_OUT
    coefficient: Annotated[float, Field(ge=1, le=10)] = LEFT_OUT
    pacing: PacingMethod = LEFT_OUT
    pickup_rate: Annotated[int, Field(ge=1, le=100)] = LEFT_OUT
    pace_start: PaceStart = LEFT_OUT
    max_abandon: Share = LEFT_OUT
    governed: Governed = LEFT_OUT
    budget_window: BudgetWindow = LEFT_OUT
    detect: bool = LEFT_OUT
    detection: Seconds = LEFT_OUT
    false_machines: Share = LEFT_OUT
    agent_ring: Seconds = LEFT_OUT
    max_wait: Seconds = LEFT_OUT
    short_hang_up: Seconds = LEFT_OUT
    wrap_up: Seconds = LEFT_OUT
    result_required: bool = LEFT_OUT
    ready_early: bool = LEFT_OUT
    extend_once: bool = LEFT_OUT
    preview_time: Seconds = LEFT_OUT
    preview_start: PreviewStart = LEFT_OUT
    accept_timeout: Seconds = LEFT_OUT
    may_skip: bool = LEFT_OUT
    may_hold: bool = LEFT_OUT

    def given(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set}


class Hours(Table):
    """One of ``hours``: when calls may begin."""

    days: Days = list(WORKDAYS)
    begin: Clock = Field(alias="from")
    end: Clock = Field(alias="to")

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        self.periods()
        return self

    def periods(self) -> list[Period]:
        return _periods(self.days, self.begin, self.end)


class Shift(Table):
    """One of ``shifts``: people who work the same hours; without any, whenever the campaign calls."""

    agents: People
    days: Days | None = None
    begin: Clock | None = Field(None, alias="from")
    end: Clock | None = Field(None, alias="to")
    first: date | None = None
    last: date | None = None

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        self.periods()
        return self

    def periods(self) -> list[Period]:
        if self.begin is not None and self.end is not None:
            return _periods(WORKDAYS if self.days is None else self.days, self.begin, self.end)
        if self.days is not None or self.begin is not None or self.end is not None:
            raise ValueError("the hours of a shift need both 'from' and 'to'")
        return []


class Contacts(Table):
    """One of ``contacts``: people who are alike, after so many rounds."""

    contacts: Annotated[int, Field(ge=1, le=10_000_000)]
    time_zone: Zone | None = None
    rounds: Annotated[int, Field(ge=0, le=50)] = 0


class Lines(Table):
    channels: Annotated[int, Field(ge=1, le=100_000)] = 100
    calls_per_second: Annotated[float, Field(gt=0, le=10_000)] = 10.0
    licence: Annotated[int, Field(ge=1, le=100_000)] = 1000


class Calls(Table):
    """``calls``: how they go. Seconds on average over a floor; ``talks`` is the median."""

    answered: Share = 0.3
    by_hour: dict[Annotated[int, Field(ge=0, le=23)], Factor] = {}
    by_round: Annotated[list[Factor], Field(min_length=1)] = [1.0]
    rings: Mean = 9.0
    talks: Mean = 100.0
    talks_vary: Annotated[float, Field(ge=0, le=3)] = 0.7
    writes: Mean = 8.0
    patience: Mean = 20.0
    calls_back_within_hours: Annotated[float, Field(ge=0.5, le=720)] = 24.0
    present: Annotated[float, Field(gt=0, le=1)] = 0.9
    results: dict[ResultClass, Factor] = {}

    @model_validator(mode="after")
    def _some_result(self) -> Self:
        if self.results and not sum(self.results.values()):
            raise ValueError("one of the results must weigh more than 0")
        return self


class Scenario(Table):
    """The whole file."""

    name: str = ""
    time_zone: Zone = "UTC"
    start: Annotated[datetime | date, AfterValidator(near)]
    holidays: list[date] = []
    campaign: Settings = Settings()
    hours: list[Hours] = []
    shifts: Annotated[list[Shift], Field(min_length=1)]
    lines: Lines = Lines()
    contacts: Annotated[list[Contacts], Field(min_length=1)]
    calls: Calls = Calls()


Read = TypeVar("Read", bound=Table)


def understood(table: type[Read], given: Mapping[str, Any]) -> Read:
    """Raises BadScenario with a line for everything that is wrong."""
    try:
        return table.model_validate(given)
    except ValidationError as problem:
        raise BadScenario("\n".join(_line(error) for error in problem.errors(include_url=False))) from problem


def _line(error: ErrorDetails) -> str:
    place = ": ".join(f"number {part + 1}" if isinstance(part, int) else part for part in error["loc"])
    kind, name = error["type"], str(error["loc"][-1]) if error["loc"] else ""
    if kind == "missing":
        return f"{place} is missing"
    if kind == "extra_forbidden":
        near = get_close_matches(name, _NAMES, n=1)
        return f"{place}: there is no such setting" + (f", did you mean {near[0]!r}?" if near else "")
    said = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{place}: {said}" + ("" if kind == "value_error" else f", not {error['input']!r}")


_TABLES: Final[tuple[type[Table], ...]] = (Scenario, Settings, Hours, Shift, Contacts, Lines, Calls)
_NAMES: Final = sorted({each.alias or name for table in _TABLES for name, each in table.model_fields.items()})
