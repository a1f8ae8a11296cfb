"""Attempts lie in parts by month; nobody who reads, writes or counts them notices."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from campana.calls.models import Attempt, CallRequest, LiveCall, Skip
from campana.campaigns.queries.statistics import statistics
from campana.engine.config import OrganisationConfig
from campana.engine.outputs import AttemptOpened, Permit
from campana.engine.words import DialMode
from campana.kernel.ids import AttemptId, CampaignId, ContactId, HotlineId, OrganisationId, TaskId, TrunkId
from campana.kernel.ids import first_attempt_at as first
from campana.kernel.phone import phone_number
from campana.months import from_id, lacking, make_coming, parts, tables
from campana.runtime.journal import Journal
from campana.tenancy import organisation_scope, system_scope
from campana.workforce.models import PresenceChange
from support.calls import attempt, bare_campaign
from support.cast import NOW, Cast, make_cast

JANUARY, FEBRUARY = NOW, NOW + timedelta(days=31)


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with system_scope():
        yield cast


def part_of(row: Attempt) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM calls_attempt WHERE id = %s", [row.pk])
        return str(cursor.fetchone()[0])


def figures(campaign: Any) -> dict[str, Any]:
    told = statistics(campaign)
    return {
        name: getattr(told, name) for name in ("attempts", "answered", "connected", "abandoned", "by_outcome", "live")
    }


def explain(statement: str, values: list[Any] | None = None) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_every_table_that_grows_with_attempts_is_in_parts(db: None) -> None:
    assert tables() == ["calls_attempt", "calls_skip", "workforce_presencechange"]
    assert lacking(datetime.now(UTC)) == []


def test_a_row_of_a_month_without_a_part_is_kept_and_moves_when_the_part_comes(lumen: Cast) -> None:
    campaign = bare_campaign(lumen.lumen)
    done = attempt(campaign, id=first(JANUARY) + 1)
    live = attempt(campaign, id=first(JANUARY) + 2, ended_at=None, outcome="")
    request = CallRequest.objects.create(
        organisation=lumen.lumen, agent=lumen.alice_agent, number="1", asked_at=NOW, attempt=done
    )
    assert part_of(done) == part_of(live) == "calls_attempt_later"
    before = figures(campaign)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    made = make_coming(JANUARY)
    assert "calls_attempt_2030_01" in made
    assert "workforce_presencechange_2030_04" in made
    assert part_of(done) == part_of(live) == "calls_attempt_2030_01"
    assert figures(campaign) == before
    assert [call.attempt_id for call in LiveCall.objects.all()] == [live.pk]
    request.refresh_from_db()
    assert request.attempt_id == done.pk
    assert make_coming(JANUARY) == []


def test_figures_and_lists_go_over_the_border_of_a_month(lumen: Cast) -> None:
    make_coming(JANUARY)
    campaign = bare_campaign(lumen.lumen)
    for n, began in enumerate((JANUARY, FEBRUARY, JANUARY, FEBRUARY)):
        attempt(campaign, lumen.alice_agent, id=first(began) + n, began_at=began)
    rows = list(Attempt.objects.order_by("-pk"))
    assert [part_of(row)[-2:] for row in rows] == ["02", "02", "01", "01"]
    assert figures(campaign)["connected"] == 4
    Attempt.objects.filter(campaign=campaign).update(outcome="hung_up_waiting", connected_at=None, abandoned=True)
    assert figures(campaign)["abandoned"] == 4
    assert figures(campaign)["connected"] == 0
    Attempt.objects.filter(pk__in=[rows[0].pk, rows[3].pk]).delete()
    assert figures(campaign)["by_outcome"] == {"hung_up_waiting": 2}


def test_looking_by_id_opens_one_part_and_the_newest_come_part_by_part(lumen: Cast) -> None:
    make_coming(JANUARY)
    plan = explain("SELECT * FROM calls_attempt WHERE id = %s", [first(FEBRUARY)])
    assert "calls_attempt_2030_02" in plan
    assert "before" not in plan
    plan = explain("SELECT * FROM calls_attempt WHERE organisation_id = 1 ORDER BY id DESC LIMIT 50")
    assert "Sort" not in plan
    assert plan.index("2030_02") < plan.index("2030_01") < plan.index("before")
    plan = explain(
        "SELECT count(*) FROM calls_attempt a WHERE organisation_id = 1 AND number = '1' AND "
        + from_id("a.id", str(first(FEBRUARY)))
    )
    assert "2030_02" in plan
    assert "before" in plan  # ids of the time before ids told the time
    assert "2030_01" not in plan


def test_months_in_which_nobody_made_parts_are_one(lumen: Cast) -> None:
    make_coming(JANUARY)
    names = [part.name for part in parts("calls_attempt")]
    assert names[-4:] == [f"calls_attempt_2030_0{month}" for month in (1, 2, 3, 4)]
    assert len(names) <= 1 + 4 + 1 + 4
    bounds = [(part.low, part.high) for part in parts("calls_attempt")]
    assert all(low == high for (_, high), (low, _) in pairwise(bounds))


def test_rows_that_the_database_numbers_grow_with_time_too(lumen: Cast) -> None:
    task = attempt(bare_campaign(lumen.lumen)).task
    assert task is not None
    for code in ("a", "b"):
        Skip.objects.create(organisation=lumen.lumen, campaign=task.campaign, task=task, at=NOW, code=code)
    older, newer = Skip.objects.order_by("pk")
    assert (older.code, newer.code) == ("a", "b")
    assert older.pk > first(datetime.now(UTC) - timedelta(minutes=5))
    change = PresenceChange.objects.create(organisation=lumen.lumen, agent=lumen.alice_agent, at=NOW, state="ready")
    assert PresenceChange.objects.get(pk=change.pk).state == "ready"


def test_live_calls_follow_whoever_writes_attempts(lumen: Cast) -> None:
    campaign = bare_campaign(lumen.lumen)
    row = attempt(campaign, ended_at=None, outcome="", number="420602111222")

    def live() -> list[tuple[int, str]]:
        return list(LiveCall.objects.order_by("pk").values_list("attempt_id", "number"))

    assert live() == [(row.pk, "420602111222")]
    with pytest.raises(IntegrityError, match="one_live_attempt_per_number"), transaction.atomic():
        attempt(campaign, ended_at=None, outcome="", number="420602111222")
    Attempt.objects.filter(pk=row.pk).update(number="420602111333")
    assert live() == [(row.pk, "420602111333")]
    Attempt.objects.filter(pk=row.pk).update(ended_at=NOW)
    assert live() == []
    Attempt.objects.filter(pk=row.pk).update(ended_at=None)
    assert live() == [(row.pk, "420602111333")]
    Attempt.objects.filter(pk=row.pk).delete()
    assert live() == []


def test_two_callers_from_one_number_are_two_live_calls(lumen: Cast) -> None:
    line = attempt(bare_campaign(lumen.lumen)).hotline
    for n in (1, 2):
        Attempt.objects.create(
            id=n, organisation=lumen.lumen, hotline=line, trunk=line.trunk, number="420602111222", mode="inbound",
            state="ringing", began_at=NOW,
        )  # fmt: skip
    assert LiveCall.objects.filter(inbound=True).count() == 2


def test_two_engines_that_dial_one_number_at_once_write_one_attempt(transactional_db: None) -> None:
    cast = make_cast()
    with system_scope():
        rows = [attempt(bare_campaign(cast.lumen, name=str(n))) for n in range(2)]
    begin = Barrier(2)

    def dial(row: Attempt) -> list[Any]:
        assert row.campaign_id is not None
        assert row.task_id is not None
        assert row.contact_id is not None
        opened = AttemptOpened(
            AttemptId(first(NOW) + row.pk), CampaignId(row.campaign_id), TaskId(row.task_id),
            ContactId(row.contact_id), phone_number("420602111222"), 0, HotlineId(row.hotline_id),
            TrunkId(row.trunk_id), None, DialMode.PROGRESSIVE, Permit(), NOW,
        )  # fmt: skip
        try:
            with system_scope(), transaction.atomic():
                begin.wait(10)
                return Journal(OrganisationConfig(OrganisationId(cast.lumen.pk), "UTC")).write([opened], NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        refused = [answer for answers in pool.map(dial, rows) for answer in answers]
    assert [answer.code for answer in refused] == ["in_another_call"]
    with organisation_scope(cast.lumen.pk):
        assert Attempt.objects.filter(ended_at=None).count() == LiveCall.objects.count() == 1


def test_a_database_with_attempts_is_cut_in_parts_and_made_whole_again(lumen: Cast) -> None:
    def go(*states: tuple[str, str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        MigrationExecutor(connection).migrate(list(states))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def write() -> None:
        campaign = bare_campaign(lumen.lumen)
        done = attempt(campaign, lumen.alice_agent)
        attempt(campaign, ended_at=None, outcome="", connected_at=None)
        task = done.task
        Skip.objects.create(organisation=lumen.lumen, campaign=campaign, task=task, at=NOW, code="a")
        PresenceChange.objects.create(organisation=lumen.lumen, agent=lumen.alice_agent, at=NOW, state="ready")
        CallRequest.objects.create(
            organisation=lumen.lumen, agent=lumen.alice_agent, number="1", asked_at=NOW, attempt=done
        )

    def state() -> Any:
        return (
            list(Attempt.objects.order_by("pk").values()),
            list(Skip.objects.order_by("pk").values()),
            list(PresenceChange.objects.order_by("pk").values()),
            list(CallRequest.objects.order_by("pk").values()),
            [figures(campaign) for campaign in {row.campaign for row in Attempt.objects.all()}],
        )

    leaves = [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] in APPS]
    write()
    expected = state()
    go(("calls", "0013_callers"), ("workforce", "0005_by_hand"))
    assert tables() == []
    with connection.cursor() as cursor:  # the models of today know columns that came since
        cursor.execute("ALTER TABLE calls_attempt " + ", ".join(f"ADD {column}" for column in SINCE))
    assert state() == expected
    write()
    expected = state()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE calls_attempt " + ", ".join(f"DROP {column.split()[0]}" for column in SINCE))
    go(*leaves)
    assert state() == expected
    assert tables() == ["calls_attempt", "calls_skip", "workforce_presencechange"]
    assert LiveCall.objects.count() == Attempt.objects.filter(ended_at=None).count() > 0
    assert parts("calls_attempt")[0].name == "calls_attempt_before"
    write()
    assert LiveCall.objects.count() == Attempt.objects.filter(ended_at=None).count()


APPS = ("calls", "workforce")
SINCE = ("script_version_id bigint", "answers jsonb", "answer_drafts jsonb")


def test_a_part_is_behind_the_wall_itself(lumen: Cast) -> None:
    make_coming(JANUARY)
    attempt(bare_campaign(lumen.lumen), id=first(JANUARY))
    with organisation_scope(lumen.other.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM calls_attempt_2030_01")
        assert cursor.fetchone()[0] == 0
