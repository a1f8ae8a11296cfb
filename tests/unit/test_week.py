"""A week as people see it: half hours, hours that are never open, totals."""

from __future__ import annotations

from campana.ui.week import shut_outside, typed_days, week

NINE_TO_NOON = [[0, 540, 720]]


def test_half_an_hour_is_half_a_cell() -> None:
    monday = week([[0, 510, 690]], empty_is_all=False).days[0]
    assert [(cell.hour, cell.part) for cell in monday.cells if cell.on] == [
        (8, "late"),
        (9, ""),
        (10, ""),
        (11, "early"),
    ]
    assert monday.total.startswith("3")


def test_shut_hours_are_hatched_and_do_not_count() -> None:
    shown = week([], empty_is_all=True, shut=shut_outside(NINE_TO_NOON))
    assert [cell.hour for cell in shown.days[0].cells if not cell.shut] == [9, 10, 11]
    assert all(cell.shut for cell in shown.days[1].cells)
    assert shown.total.startswith("3")


def test_what_lies_outside_of_hours_is_the_rest_of_the_week() -> None:
    assert shut_outside([]) == []
    assert shut_outside([[day, 0, 1440] for day in range(7)]) == []
    closed = shut_outside([[0, 0, 60], [0, 120, 1440], [1, 30, 1439]])
    assert closed[:3] == [[0, 60, 120], [1, 0, 30], [1, 1439, 1440]]
    assert sum(end - start for _, start, end in closed) == 7 * 1440 - 60 - 1320 - 1409


def test_days_without_hours_are_not_named() -> None:
    assert [line for _, line in typed_days([[2, 60, 120], [2, 0, 60]])] == ["00:00–02:00"]


def test_neighbours_with_the_same_hours_are_one_line() -> None:
    office = [[day, 540, 1080] for day in (0, 1, 2, 4)]
    assert [line for _, line in typed_days(office)] == ["09:00–18:00", "09:00–18:00"]
    assert "–" in typed_days(office)[0][0]
