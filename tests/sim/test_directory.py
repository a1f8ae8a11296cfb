"""The directory keeps the rules of the tables it stands in for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from campana.engine.outputs import AttemptEnded, AttemptOpened, Permit, ReserveTasks, TaskMoved
from campana.engine.words import Cause, DialMode, Outcome, RefusalCode, TaskState
from campana.kernel.ids import AgentId, AttemptId, CampaignId, ContactId, HotlineId, TaskId, TrunkId
from campana.kernel.phone import phone_number
from campana.sim.directory import Directory, Fenced
from campana.sim.rows import ContactRow

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
CAMPAIGN, ALICE = CampaignId(1), AgentId(1)


def number(contact: int) -> str:
    return f"8491000{contact:04}"


@pytest.fixture
def directory() -> Directory:
    made = Directory()
    made.take_lease(1, NOW)
    for n, (zone, priority) in enumerate([("UTC", None), ("UTC", 1), ("Asia/Tokyo", None)], start=1):
        made.add_contact(ContactRow(n, ((phone_number(number(n)), zone),)))
        made.add_task(n, CAMPAIGN, n, zone, priority)
    return made


def opened(attempt: int, task: int) -> AttemptOpened:
    return AttemptOpened(
        AttemptId(attempt), CAMPAIGN, TaskId(task), ContactId(task), phone_number(number(task)), 0, HotlineId(1),
        TrunkId(1), None, DialMode.PROGRESSIVE, Permit(), NOW,
    )  # fmt: skip


def ended(attempt: int, task: int, outcome: Outcome = Outcome.BUSY) -> AttemptEnded:
    return AttemptEnded(AttemptId(attempt), CAMPAIGN, TaskId(task), outcome, Cause.BUSY, 486, True, None, NOW)


def reserve(
    directory: Directory, limit: int = 10, zones: frozenset[str] | None = None, now: datetime = NOW
) -> list[int]:
    return [card.id for card in directory.reserve(ReserveTasks(CAMPAIGN, 1, limit, zones, (ALICE,)), now).tasks]


def test_tasks_come_by_rank_then_first_come_first_served(directory: Directory) -> None:
    assert reserve(directory) == [2, 1, 3]


def test_only_tasks_of_the_open_zones_are_handed_out(directory: Directory) -> None:
    assert reserve(directory, zones=frozenset({"Asia/Tokyo"})) == [3]


def test_a_reserved_task_is_not_handed_out_again_until_it_is_given_back(directory: Directory) -> None:
    assert reserve(directory, limit=2) == [2, 1]
    assert reserve(directory) == [3]
    directory.release([TaskId(1)], fencing=directory.fencing - 1)  # an older engine lets go of nothing
    assert directory.tasks[TaskId(1)].state is TaskState.RESERVED
    directory.release([TaskId(1)], fencing=directory.fencing)
    assert reserve(directory) == [1]


def test_one_number_has_one_live_attempt(directory: Directory) -> None:
    assert directory.apply([opened(1, 1)], fencing=1) == []
    (refused,) = directory.apply([opened(2, 1)], fencing=1)
    assert refused.code is RefusalCode.IN_ANOTHER_CALL
    assert directory.apply([ended(1, 1), opened(3, 1)], fencing=1) == []


def test_a_number_suppressed_since_its_task_was_read_is_not_dialled(directory: Directory) -> None:
    directory.suppress(phone_number(number(1)), NOW)
    (refused,) = directory.apply([opened(1, 1)], fencing=1)
    assert refused.code is RefusalCode.SUPPRESSED
    assert directory.attempts == {}


def test_a_personal_call_back_waits_for_its_agent_until_anyone_may_have_it(directory: Directory) -> None:
    reserve(directory)
    back = TaskMoved(
        TaskId(1), CAMPAIGN, TaskState.PLANNED, NOW, next_at=NOW + timedelta(hours=1), agreed=True,
        preferred_agent=AgentId(2), anyone_at=NOW + timedelta(hours=2),
    )  # fmt: skip
    directory.apply([back], fencing=1)
    assert reserve(directory, now=NOW + timedelta(minutes=59)) == []
    assert reserve(directory, now=NOW + timedelta(minutes=61)) == []
    answer = directory.reserve(ReserveTasks(CAMPAIGN, 2, 10, None, ()), NOW + timedelta(minutes=61))
    assert answer.next_due == NOW + timedelta(hours=2)
    assert reserve(directory, now=NOW + timedelta(hours=2)) == [1]


def test_the_list_is_exhausted_when_nothing_waits_or_is_planned(directory: Directory) -> None:
    request = ReserveTasks(CAMPAIGN, 1, 2, None, ())
    assert directory.reserve(request, NOW).open_tasks == 1
    assert directory.reserve(request, NOW).open_tasks == 0


def test_an_engine_that_lost_its_lease_writes_nothing(directory: Directory) -> None:
    directory.take_lease(2, NOW)
    with pytest.raises(Fenced):
        directory.apply([opened(1, 1)], fencing=1)
    assert directory.attempts == {}


def test_a_new_engine_finds_tasks_free_and_open_attempts_open(directory: Directory) -> None:
    reserve(directory)
    moved = TaskMoved(TaskId(1), CAMPAIGN, TaskState.IN_CALL, NOW)
    directory.apply([opened(1, 1), moved], fencing=1)
    directory.take_lease(2, NOW)
    assert directory.tasks[1].state is TaskState.IN_CALL
    assert [restored.attempt_id for restored in directory.open_attempts(NOW)] == [AttemptId(1)]
    assert reserve(directory) == [2, 3]


def test_the_journal_replayed_gives_the_same_rows(directory: Directory) -> None:
    reserve(directory, limit=2)
    directory.apply([opened(1, 1)], fencing=1)
    directory.suppress(phone_number(number(2)), NOW)
    directory.apply([opened(2, 2), ended(1, 1)], fencing=1)
    assert Directory.replayed(directory.journal).digest() == directory.digest()
