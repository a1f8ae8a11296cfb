"""Telephone numbers in a text are read digit by digit; amounts and dates are not touched."""

from __future__ import annotations

import pytest

from campana.speech.digits import spoken_digits


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Call +420 800 111 222.", "Call +4 2 0, 8 0 0, 1 1 1, 2 2 2."),
        ("Call +420800111222!", "Call +4 2 0, 8 0 0, 1 1 1, 2 2 2!"),
        ("Gọi 024 7300 1234 nhé", "Gọi 0 2 4, 7 3 0 0, 1 2 3 4 nhé"),
        ("+1 (800) 555-0199, or +84 24 73001234", "+1, 8 0 0, 5 5 5, 0 1 9 9, or +8 4, 2 4, 7 3 0 0 1 2 3 4"),
        ("8 (800) 555", "8 (800) 555"),
    ],
)
def test_numbers_become_groups_of_digits(typed: str, read: str) -> None:
    assert spoken_digits(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["1 000 000 Kč", "27.11.2026", "27. 11. 2026 v 10:00", "0.03", "2026", "order A0123456789", "10:00-20:00", "+5"],
)
def test_everything_else_is_left_to_the_voice(typed: str) -> None:
    assert spoken_digits(typed) == typed
