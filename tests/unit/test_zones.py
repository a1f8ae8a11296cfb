"""Time zones in words: the city in the reader's language and the offset of the season, from west to east."""

from __future__ import annotations

from datetime import UTC, datetime

from campana.ui.zones import zone_choices, zone_city, zone_words

WINTER, SUMMER = datetime(2030, 1, 15, 12, tzinfo=UTC), datetime(2030, 7, 15, 12, tzinfo=UTC)


def test_a_zone_is_its_city_and_the_offset_of_the_season() -> None:
    assert zone_words("America/New_York", "en", WINTER) == "New York (UTC-05:00)"
    assert zone_words("America/New_York", "ru", SUMMER) == "Нью-Йорк (UTC-04:00)"
    assert zone_words("Europe/Prague", "cs", WINTER) == "Praha (UTC+01:00)"
    assert zone_words("Asia/Saigon", "vi", WINTER) == "TP Hồ Chí Minh (UTC+07:00)"
    assert zone_words("Asia/Kathmandu", "en", WINTER).endswith("(UTC+05:45)")


def test_what_is_no_place_is_told_as_it_is() -> None:
    assert zone_words("UTC", "en", WINTER) == "UTC"
    assert zone_words("Moon/Crater", "en", WINTER) == "Moon/Crater"
    assert zone_city("", "en") == ""


def test_the_choice_goes_from_west_to_east_and_names_a_place_once() -> None:
    for language in ("en", "vi", "cs", "ru"):
        choices = zone_choices(language, WINTER)
        words = [word for _zone, word in choices]
        assert len(words) == len(set(words)) > 400, language
        assert dict(choices)["Europe/Kyiv"].endswith("(UTC+02:00)")
    places = [zone for zone, _word in zone_choices("en", WINTER)]
    assert places.index("Pacific/Honolulu") < places.index("America/New_York") < places.index("UTC")
    assert places.index("UTC") < places.index("Europe/Prague") < places.index("Asia/Ho_Chi_Minh")
    assert places.index("America/Bogota") < places.index("America/Lima") < places.index("America/New_York")
    assert "US/Eastern" not in places


def test_summer_moves_a_place_in_the_order() -> None:
    places = [zone for zone, _word in zone_choices("en", SUMMER)]
    assert places.index("America/Bogota") < places.index("America/New_York")
    assert dict(zone_choices("en", SUMMER))["Europe/Prague"] == "Prague (UTC+02:00)"
