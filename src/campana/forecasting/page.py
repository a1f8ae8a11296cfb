"""One self-contained HTML page of what was simulated: nothing is fetched when it is opened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from campana.sim.campaign.report import Ran
from campana.ui import moments
from campana.ui.assets import SOURCE
from campana.ui.middleware.stylesheet import whole
from campana.ui.parts import Column
from campana.ui.templatetags.ui import language

_FACES = re.compile(r"@font-face\s*{[^}]*}")
ROOM = "main { max-width: 1100px; margin: 24px auto; padding: 0 24px }"
_FETCHED = re.compile(r"url\([^)]*\)")
SHEETS: Final = ("ui/css/campana.css", "ui/css/campaign-room.css")


def page(title: str, rows: Sequence[Ran], *, zone: str, told: Sequence[str] = (), limits: str = "") -> str:
    """Tables, and charts drawn over them by the product's own script."""
    with timezone.override(ZoneInfo(zone)), translation.override(translation.get_language() or "en"):
        return render_to_string(
            "forecasting/simulated.html",
            {
                "title": title,
                "rows": [_row(row, zone) for row in rows],
                "told": told,
                "limits": limits,
                "styles": mark_safe(_styles()),
                "script": mark_safe((SOURCE / "ui" / "static" / "ui" / "js" / "chart.js").read_text("utf-8")),
            },
        )


def _styles() -> str:
    """The product's styles without what they would fetch: the type falls back to the machine's own."""
    return ROOM + _FETCHED.sub("none", _FACES.sub("", "".join(whole(name, "") for name in SHEETS)))


def _row(row: Ran, zone: str) -> dict[str, Any]:
    figures = row.result.figures
    days = sorted(row.result.days.items())
    hours = sorted(row.result.hours.items())[:48]
    finished, total = [], 0
    for _, day in days:
        total += day.finished
        finished.append(total)
    return {
        "name": row.name,
        "finished_at": row.finished_at,
        "walked": row.walked,
        "attempts": row.attempts,
        "figures": figures,
        "share": moments.percent(figures.abandonment, language(), 1),
        "occupancy": moments.percent(figures.occupancy, language(), 1),
        "talk": moments.number(figures.talk_minutes_an_hour, language(), 1),
        "hours": moments.number(row.worked / 3600, language(), 1),
        "day_heads": [moments.day(day, language()) for day, _ in days],
        "done": [Column("Contacts done", finished, "answered")],
        "hour_heads": [f"{hour:02}" if place else f"{day.day}. {hour:02}" for place, day, hour in _places(hours)],
        "calls": [
            Column("Attempts", [each.attempts for _, each in hours]),
            Column("Answers", [each.answered for _, each in hours], "talking"),
        ],
        "took": timedelta(seconds=round(row.seconds)),
    }


def _places(hours: Sequence[tuple[tuple[date, int], Any]]) -> Iterator[tuple[int, date, int]]:
    """Each hour with its place among those of its day, from 0."""
    last, place = None, 0
    for (day, hour), _ in hours:
        place = place + 1 if day == last else 0
        last = day
        yield place, day, hour
