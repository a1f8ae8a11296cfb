"""What may be asked of a campaign: as it stands, or "what if" something were different."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from typing import Any, Self

from campana.engine.config import CampaignConfig
from campana.kernel.windows import DAY_MINUTES, Period, Schedule
from campana.sim.campaign.plan import Laws, Plan, Shift


@dataclass(frozen=True, slots=True)
class Question:
    """None: as it is. ``answered`` and ``limit`` are shares between 0 and 1."""

    agents: int | None = None
    hours: float | None = None
    """Hours of calling a day more (or less), at the end of every calling day."""
    coefficient: float | None = None
    """Calls for each free agent."""
    limit: float | None = None
    """Abandonment that is allowed, where the dial mode has such a limit."""
    answered: float | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in given.items() if name in known})

    @property
    def given(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}

    def change(self, plan: Plan) -> Plan:
        if self.agents is not None:
            plan = replace(plan, shifts=(Shift(self.agents),))
        config = plan.campaign
        if self.coefficient is not None:
            config = replace(config, coefficient=self.coefficient)
        if self.limit is not None:
            name = limit_field(config)
            if name is not None:
                config = replace(config, **{name: self.limit})  # type: ignore[arg-type]
        if self.hours is not None:
            config = replace(config, schedule=longer(config.schedule, timedelta(hours=self.hours)))
        return replace(plan, campaign=config)

    def bend(self, laws: Laws) -> Laws:
        """An answer rate that is given is taken as known; the hours and rounds keep their relation to it."""
        return laws if self.answered is None else replace(laws, answer=self.answered)


LIMITS = ("max_abandon",)


def limit_field(config: CampaignConfig) -> str | None:
    """The name of the setting that limits abandonment, where the engine has one."""
    known = {field.name for field in fields(config)}
    return next((name for name in LIMITS if name in known), None)


LEAST = 15
"""Minutes that are left of a calling day at least."""


def longer(schedule: Schedule, by: timedelta) -> Schedule:
    """Every calling day ends later (or earlier) by so much, within the day; days stay days."""
    minutes = round(by.total_seconds() / 60)
    if not schedule.periods:
        return schedule
    periods: list[Period] = []
    for day in range(7):
        own = sorted(period for period in schedule.periods if period.weekday == day)
        if not own:
            continue
        end = own[-1].end + minutes
        while len(own) > 1 and end < own[-1].start + LEAST:  # what is cut off beyond a part comes off the one before
            end += own[-2].end - own[-1].start
            own.pop()
        *before, last = own
        periods += [*before, Period(day, last.start, min(DAY_MINUTES, max(last.start + LEAST, end)))]
    return replace(schedule, periods=tuple(periods))
