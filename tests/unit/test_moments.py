"""Times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from campana.ui.moments import ends, span
from campana.ui.templatetags.ui import bound

NEW_YORK = ZoneInfo("America/New_York")


def test_both_ends_on_one_day_say_day_and_zone_once() -> None:
    early, late = datetime(2026, 11, 27, 13, 31, tzinfo=UTC), datetime(2026, 11, 27, 22, 40, tzinfo=UTC)
    assert ends(early, late, NEW_YORK, "en") == ("Nov 27, 2026 08:31", "17:40 EST")


def test_ends_on_two_days_or_in_two_zones_of_the_year_say_both() -> None:
    early, late = datetime(2026, 11, 27, 13, 31, tzinfo=UTC), datetime(2026, 11, 28, 5, 1, tzinfo=UTC)
    assert ends(early, late, NEW_YORK, "en") == ("Nov 27, 2026 08:31 EST", "Nov 28, 2026 00:01 EST")
    turn = datetime(2026, 11, 1, 4, 30, tzinfo=UTC), datetime(2026, 11, 1, 14, 0, tzinfo=UTC)
    assert ends(*turn, NEW_YORK, "en") == ("Nov 1, 2026 00:30 EDT", "Nov 1, 2026 09:00 EST")


def test_a_figure_keeps_its_unit_beside_it() -> None:
    assert bound("5.6% with no agent within 2 s") == "5.6% with no agent within 2\u00a0s"


@pytest.mark.parametrize(
    ("seconds", "language", "words"),
    [
        (45, "en", "45 sec"),
        (90, "en", "90 sec"),
        (1800, "en", "30 min"),
        (1290, "en", "21 min 30 sec"),
        (1290, "ru", "21 мин 30 с"),
        (1290, "vi", "21 phút 30 giây"),
        (0, "cs", "0 s"),
    ],
)
def test_an_exact_time_is_told_in_units_people_use(seconds: float, language: str, words: str) -> None:
    assert span(seconds, language).replace("\u00a0", " ") == words
