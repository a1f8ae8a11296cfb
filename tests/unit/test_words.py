"""Search ignores case and accents in all four languages."""

from __future__ import annotations

import pytest

from campana.crm.words import plain


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("nguyen", "Nguyễn"),
        ("dang", "Đặng"),
        ("rehor", "Řehoř"),
        ("алена", "Алёна"),
        ("strasse", "Straße"),
        ("cafe", "Cafe\u0301"),
    ],
)
def test_what_is_typed_finds_what_is_written(typed: str, written: str) -> None:
    assert plain(typed) == plain(written)
