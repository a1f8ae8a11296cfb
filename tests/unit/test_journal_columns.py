"""Arrays as PostgreSQL reads them: nothing that a person or a carrier wrote can leave its place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from campana.engine.words import Outcome
from campana.runtime.journal.columns import array, named


def test_every_kind_of_value_has_its_form() -> None:
    at = datetime(2030, 1, 7, 9, 30, 0, 5, tzinfo=UTC)
    assert array([1, None, True, 0.5, Outcome.BUSY, at]) == ('{1,NULL,t,0.5,"busy","2030-01-07T09:30:00.000005+00:00"}')


@pytest.mark.parametrize("text", ["", "NULL", "a,b", "{}", 'say "so"', "back\\slash", "\\", "'; --", "Đặng\n"])
def test_a_text_stays_one_text(text: str) -> None:
    written = array([text, text])
    inside = written[2:-2].split('","')
    assert [each.replace('\\"', '"').replace("\\\\", "\\") for each in inside] == [text, text]


def test_no_rows_are_empty_columns() -> None:
    assert named(("a", "b"), ()) == {"a": "{}", "b": "{}"}


def test_what_has_no_form_is_an_error() -> None:
    with pytest.raises(TypeError):
        array([object()])
