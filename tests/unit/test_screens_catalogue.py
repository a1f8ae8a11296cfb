"""The table of screens: what bin/screens would take."""

from __future__ import annotations

from collections import Counter

from django.urls import resolve

from campana.config.screens.catalogue import SCREENS
from campana.config.screens.run import _options, wanted


def test_names_of_screens_and_of_pictures_of_the_guide_are_their_own() -> None:
    for names in ([screen.name for screen in SCREENS], [screen.guide for screen in SCREENS if screen.guide]):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_screen_has_a_page() -> None:
    class Any(dict[str, int]):
        def __missing__(self, key: str) -> int:
            return 1

    for screen in SCREENS:
        assert resolve(screen.address.format_map(Any())), screen.name


def test_everything_is_four_languages_two_sizes_and_two_themes() -> None:
    assert len(list(wanted(_options([])))) == len(SCREENS) * 4 * 2 * 2


def test_less_can_be_asked_for() -> None:
    taken = list(wanted(_options(["--only", "desk", "--language", "vi", "--width", "390", "--theme", "dark"])))
    assert {(language, width, theme) for _screen, language, width, theme in taken} == {("vi", 390, "dark")}
    assert all("desk" in screen.name for screen, *_ in taken)
    guide = list(wanted(_options(["--guide"])))
    assert {language for _screen, language, *_ in guide} == {"en", "vi"}
    assert all(screen.guide for screen, *_ in guide)
