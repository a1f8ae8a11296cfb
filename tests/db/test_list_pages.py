"""Pages of a list by keyset: every row once in both directions, in any order an index carries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet

from campana.crm.models import Contact
from campana.tenancy import organisation_scope, system_scope
from campana.ui.tables import Window, page_of
from support.cast import NOW, Cast

pytestmark = pytest.mark.django_db
NAMES = ["anna", "anna", "anna", "borek", "", "", "đỗ", "žaneta", "анна", "zuzana", "anna"]


@pytest.fixture
def people(cast: Cast) -> list[Contact]:
    with system_scope():
        made = [Contact(organisation=cast.lumen, search=name, created_at=NOW, updated_at=NOW) for name in NAMES]
        return Contact.objects.bulk_create(made)


def walk(
    rows: QuerySet[Contact], sort: str, down: bool, size: int, window: Window[Contact] | None
) -> tuple[list[int], list[int]]:
    """All ids forwards from the first page, and backwards from the last."""
    page = page_of(rows, sort=sort, down=down, size=size, window=window)
    there, back = [row.pk for row in page.rows], []
    assert page.before == ""
    while page.after:
        page = page_of(rows, sort=sort, down=down, size=size, window=window, after=page.after)
        there += [row.pk for row in page.rows]
        assert page.before
    back = [row.pk for row in page.rows]
    while page.before:
        page = page_of(rows, sort=sort, down=down, size=size, window=window, before=page.before)
        back = [row.pk for row in page.rows] + back
        assert page.after
    return there, back


@pytest.mark.parametrize("size", [1, 2, 3, 5, 20])
@pytest.mark.parametrize("down", [True, False])
@pytest.mark.parametrize("sort", ["pk", "search"])
@pytest.mark.parametrize("most", [None, 1, 2, 4, 100])
def test_every_row_comes_once_in_both_directions(
    cast: Cast, people: list[Contact], sort: str, down: bool, size: int, most: int | None
) -> None:
    def order(row: Contact) -> tuple[str, int]:
        return (row.search if sort == "search" else "", row.pk)

    with organisation_scope(cast.lumen.pk):
        expected = [row.pk for row in sorted(people, key=order, reverse=down)]
        window = Window(Contact.objects.all(), most) if most else None
        there, back = walk(Contact.objects.all(), sort, down, size, window)
    assert there == expected
    assert back == expected


@pytest.mark.parametrize("size", [1, 2, 20])
@pytest.mark.parametrize("down", [True, False])
@pytest.mark.parametrize("sort", ["pk", "search"])
@pytest.mark.parametrize("most", [1, 2, 3, 4, 100])
@pytest.mark.parametrize("name", ["anna", "đỗ", "nobody"])
def test_what_is_looked_for_in_windows_is_found_once_in_both_directions(
    cast: Cast, people: list[Contact], sort: str, down: bool, size: int, most: int, name: str
) -> None:
    """Windows in which there is nothing stand between those who are found, before them and after them."""
    with organisation_scope(cast.lumen.pk):
        found = Contact.objects.filter(search=name)
        expected = list(found.order_by("-pk" if down else "pk").values_list("pk", flat=True))
        there, back = walk(found, sort, down, size, Window(Contact.objects.all(), most))
    assert there == expected
    assert back == expected


def test_a_page_looks_no_further_than_its_window(cast: Cast, people: list[Contact]) -> None:
    with organisation_scope(cast.lumen.pk):
        nobody, all_of_them = Contact.objects.filter(search="nobody"), Contact.objects.all()
        pages = [page_of(nobody, sort="pk", down=True, size=5, window=Window(all_of_them, 4))]
        while pages[-1].after:
            after = pages[-1].after
            pages.append(page_of(nobody, sort="pk", down=True, size=5, after=after, window=Window(all_of_them, 4)))
        ends = [int(page.after) for page in pages[:-1]]
    newest_first = sorted((row.pk for row in people), reverse=True)
    assert [page.looked_through for page in pages] == [4, 4, 0]
    assert ends == [newest_first[3], newest_first[7]]


@pytest.mark.parametrize(
    "mark", ["x", "-5", "99999999999999999999", "W10", "WyJhIl0", "bnVsbA", "e30", "WyJhIixudWxsXQ", "é"]
)
def test_a_mark_that_makes_no_sense_begins_at_the_first_page(cast: Cast, people: list[Contact], mark: str) -> None:
    with organisation_scope(cast.lumen.pk):
        for sort in ("pk", "search"):
            page = page_of(Contact.objects.all(), sort=sort, down=False, size=3, after=mark)
            assert page.rows[0].pk == page_of(Contact.objects.all(), sort=sort, down=False, size=3).rows[0].pk


def test_the_order_by_name_comes_from_its_index(cast: Cast, people: list[Contact]) -> None:
    with system_scope():
        made = (Contact(organisation=cast.lumen, search=f"x{n}", created_at=NOW, updated_at=NOW) for n in range(3000))
        Contact.objects.bulk_create(made)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE crm_contact")
    with organisation_scope(cast.lumen.pk):
        rows = Contact.objects.filter(organisation=cast.lumen, deleted_at__isnull=True)
        third = page_of(
            rows, sort="search", down=False, size=50, after=page_of(rows, sort="search", down=False, size=50).after
        )
        assert len(third.rows) == 50
        plan = explained(rows, third.after)
    assert "contact_by_words" in plan
    assert "Sort" not in plan
    assert "ROW(search, id)" in plan.split("Filter:")[0], plan


def explained(rows: object, after: str) -> str:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        page_of(rows, sort="search", down=False, size=50, after=after)  # type: ignore[type-var, arg-type]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + asked.captured_queries[-1]["sql"])
        return "\n".join(line for (line,) in cursor.fetchall())
