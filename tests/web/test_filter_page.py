"""The conditions of a filter: the filled rows and one more, nothing is lost, what is wrong stands at its row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client

from campana.crm.models import SavedFilter
from campana.tenancy import organisation_scope
from support.cast import NOW, Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def carol(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.carol)
    return client


def form(rows: Sequence[tuple[str, str, str]], **others: str) -> dict[str, Any]:
    given: dict[str, Any] = {"name": "Mine", "word": "any", **others}
    for n, (field, op, text) in enumerate(rows):
        given |= {f"field-{n}": field, f"op-{n}": op, f"value-{n}": text}
    return given


def rows(page: str) -> int:
    return page.count('name="field-')


COMPANY, NAME, NOTHING = ("company", "contains", "Acme"), ("name", "starts_with", "Jana"), ("", "is", "")


def test_a_new_filter_has_one_row_and_a_kept_one_as_many_as_it_needs(cast: Cast, carol: Client) -> None:
    assert rows(carol.get("/filters/new").content.decode()) == 1
    assert carol.post("/filters/new", form([COMPANY, NOTHING, NAME])).status_code == 303
    with organisation_scope(cast.lumen.pk):
        saved = SavedFilter.objects.get()
    assert [part["field"] for part in saved.condition["any"]] == ["company", "name"]
    assert rows(carol.get(f"/filters/{saved.pk}").content.decode()) == 3


def test_one_more_row_keeps_what_was_typed_and_takes_the_focus(cast: Cast, carol: Client) -> None:
    page = carol.post("/filters/new", form([COMPANY, NOTHING, NAME], add="yes")).content.decode()
    assert rows(page) == 4
    assert page.index('value="Acme"') < page.index('name="field-1"') < page.index('value="Jana"')
    assert 'name="field-3" aria-label="Field" autofocus' in page
    assert 'value="Mine"' in page
    with organisation_scope(cast.lumen.pk):
        assert not SavedFilter.objects.exists()


def test_after_ten_no_more_are_offered(cast: Cast, carol: Client) -> None:
    nine = carol.post("/filters/new", form([NAME] * 9, add="yes")).content.decode()
    assert (rows(nine), "Add a condition" in nine) == (10, False)
    ten = carol.post("/filters/new", form([NAME] * 10, add="yes")).content.decode()
    assert (rows(ten), "A filter has 10 conditions at most." in ten) == (10, True)


def test_what_is_wrong_stands_at_its_row(cast: Cast, carol: Client) -> None:
    answer = carol.post("/filters/new", form([NAME, NOTHING, ("created_at", "before", "soon")]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.index('name="value-2"') < page.index("Type a day as 2030-01-31.")
    assert (page.count('aria-invalid="true"'), 'value="soon"' in page) == (1, True)


def test_a_value_without_a_field_is_asked_for_not_dropped(cast: Cast, carol: Client) -> None:
    answer = carol.post("/filters/new", form([NAME, ("", "is", "Brno")]))
    page = answer.content.decode()
    assert (answer.status_code, 'value="Brno"' in page, "Choose a field from the list." in page) == (422, True, True)


def test_a_choice_is_shown_by_its_word(cast: Cast, carol: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        saved = SavedFilter.objects.create(
            organisation=cast.lumen,
            name="Hers",
            created_at=NOW,
            condition={"all": [{"field": "owner", "op": "is", "value": str(cast.alice.pk)}]},
        )
    page = carol.get(f"/filters/{saved.pk}").content.decode()
    assert f'value="{cast.alice.name}"' in page
    again = form([("owner", "is", cast.alice.name)], word="all")
    assert carol.post(f"/filters/{saved.pk}", again).status_code == 303
    with organisation_scope(cast.lumen.pk):
        assert SavedFilter.objects.get().condition == saved.condition
