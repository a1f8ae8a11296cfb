"""A forecast in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campana.forecasting.answers import Answer, Lever
from campana.forecasting.models import Forecast
from campana.kernel.clock import Instant
from campana.sim.campaign.outlook import Range
from campana.ui import moments
from campana.ui.parts import Column
from campana.ui.templatetags.ui import language

PROBLEMS: Final = {
    "nothing_left": gettext_lazy("No contact is left to be called, so there is nothing to forecast."),
    "no_working_hotline": gettext_lazy("The campaign has no hotline that works, so nothing would be dialled."),
    "nobody_takes_part": gettext_lazy("Nobody takes part in the campaign, so nothing would be dialled."),
    "mode_not_forecast": gettext_lazy("Campaigns of this dial mode are not forecast."),
    "broken": gettext_lazy(
        "The forecast could not be worked out. The campaign is not touched by that; it is tried again later."
    ),
}
ALIKE: Final = 0.25
"""Hours by which the middle of the range has to move to be called a change."""


@dataclass(frozen=True, slots=True)
class Told:
    """Everything the template shows of one forecast that is finished."""

    at: Instant | None
    """When it was worked out."""
    answer: Answer
    early: Instant | None
    late: Instant | None
    occupancy: str
    abandonment: str
    answered: str
    attempts: str
    left: str
    hours: str
    share: str
    levers: list[str]
    heads: list[str]
    columns: list[Column]

    @property
    def ends(self) -> tuple[str, str] | None:
        """The first and the last time at which the list may be done, where both are known."""
        if not self.early or not self.late:
            return None
        return moments.ends(self.early, self.late, get_current_timezone(), language())


def shown(forecast: Forecast | None) -> Told | None:
    """None for one that is not finished."""
    if forecast is None or forecast.state != Forecast.State.FINISHED:
        return None
    return _told(Answer.read(forecast.answer), forecast)


def compared_with(forecast: Forecast | None) -> Told | None:
    """The campaign as it was when a "what if" was worked out."""
    if forecast is None or forecast.state != Forecast.State.FINISHED or "plain" not in forecast.answer:
        return None
    return _told(Answer.read(forecast.answer["plain"]), forecast)


def _told(answer: Answer, forecast: Forecast) -> Told:
    ranges = answer.ranges
    return Told(
        forecast.finished_at,
        answer,
        early=datetime.fromisoformat(answer.early) if answer.early else None,
        late=datetime.fromisoformat(answer.late) if answer.late else None,
        occupancy=percents(ranges["occupancy"]),
        abandonment=percents(ranges["abandonment"], 1),
        answered=percents(ranges["answer_rate"]),
        attempts=numbers(ranges["attempts"]),
        left=numbers(ranges["left"]),
        hours=numbers(ranges["hours"]),
        share=moments.percent(answer.done, language()),
        levers=[sentence for sentence in map(_lever, answer.levers) if sentence],
        heads=[moments.day(date.fromisoformat(day[0]), language()) for day in answer.days],
        columns=columns(answer),
    )


def problem(forecast: Forecast | None) -> str:
    return str(PROBLEMS.get(forecast.problem, PROBLEMS["broken"])) if forecast and forecast.problem else ""


def columns(answer: Answer) -> list[Column]:
    if len(answer.days) < 2:
        return []
    return [
        Column(_("At most"), [round(day[3]) for day in answer.days]),
        Column(_("At least"), [round(day[1]) for day in answer.days], "answered"),
    ]


def percents(spread: Range, decimals: int = 0) -> str:
    low, high = (moments.percent(value, language(), decimals) for value in (spread.low, spread.high))
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def numbers(spread: Range) -> str:
    low, high = (moments.number(_rounded(value), language()) for value in (spread.low, spread.high))
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def _rounded(value: float) -> float:
    """Two or three digits that mean something; more would be pretence."""
    step = 1
    while value / step >= 200:
        step *= 10
    return round(value / step) * step


def _lever(lever: Lever) -> str:
    what = _what(lever)
    if not what:
        return ""
    given = {"what": what, "lost": moments.percent(lever.abandonment, language(), 1)}
    if lever.seconds is None:
        given["share"] = moments.percent(lever.done, language())
        return _("%(what)s: the list is done before the end in %(share)s of the cases.") % given
    if abs(lever.seconds) / 3600 < ALIKE:
        if lever.kind == "lines":
            return _("More lines would change nothing: the present ones do not hold the campaign back.")
        return _("%(what)s: no change of the end worth naming.") % given
    given["hours"] = moments.hours(abs(lever.seconds), language())
    if lever.seconds > 0:
        return _("%(what)s: done about %(hours)s later.") % given
    if lever.kind == "coefficient":
        return _("%(what)s: done about %(hours)s sooner, with %(lost)s of answered calls abandoned.") % given
    return _("%(what)s: done about %(hours)s sooner.") % given


def _what(lever: Lever) -> str:
    if lever.kind == "agents":
        n = int(lever.amount)
        return ngettext("%(n)s agent more", "%(n)s agents more", n) % {"n": n}
    if lever.kind == "coefficient":
        return _("%(n)s calls for each free agent") % {"n": moments.number(lever.amount, language(), 1)}
    words = {"hours": _("An hour of calling more each day"), "lines": _("Twice as many lines")}
    return words.get(lever.kind, "")
