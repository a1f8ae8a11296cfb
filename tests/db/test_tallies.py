"""What the database counts by itself equals the rows, whoever writes them and however often it is added up."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q

from campana.calls.models import Attempt
from campana.calls.operations.fold_tallies import fold_tallies
from campana.calls.queries import results as result_counts
from campana.campaigns.models import Campaign, Task
from campana.campaigns.queries.statistics import per_agent, statistics
from campana.engine.words import Outcome
from campana.tenancy import system_scope
from support.calls import attempt, bare_campaign, results
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db


def counted(campaign: Campaign) -> dict[str, object]:
    """The same figures, counted from the rows one by one."""
    tries = list(Attempt.objects.filter(campaign=campaign).select_related("result"))
    answered = [t for t in tries if t.answered_at and t.outcome != Outcome.MACHINE]
    lost = [t for t in tries if t.abandoned]
    prompt = timedelta(seconds=2)
    late = [
        t
        for t in answered
        if (t.connected_at and t.connected_at - t.answered_at > prompt)  # type: ignore[operator]
        or (t.abandoned and not t.connected_at and t.ended_at - t.answered_at > prompt)  # type: ignore[operator]
    ]
    talks = [(t.ended_at - t.connected_at).total_seconds() for t in tries if t.connected_at and t.ended_at]
    return {
        "by_state": dict(Counter(Task.objects.filter(campaign=campaign).values_list("state", flat=True))),
        "attempts": len(tries),
        "live": sum(t.ended_at is None for t in tries),
        "by_outcome": dict(Counter(t.outcome for t in tries if t.outcome)),
        "by_result": dict(Counter(t.result_id for t in tries if t.result_id)),
        "answered": len(answered),
        "connected": sum(t.connected_at is not None for t in tries),
        "abandoned": len(lost),
        "late": len(late),
        "talk_seconds": round(sum(talks) / len(talks), 3) if talks else None,
    }


def told(campaign: Campaign) -> dict[str, object]:
    figures = statistics(campaign)
    return {name: getattr(figures, name) for name in counted(campaign)}


def shuffle(campaign: Campaign, cast: Cast, dice: random.Random) -> None:
    """Writers of all kinds: single rows, sets, later results, removed rows."""
    chosen = list(results(cast.lumen, name=f"set {dice.random()}", default=False).values())
    for _ in range(40):
        began = NOW + timedelta(minutes=dice.randrange(600))
        made = attempt(campaign, dice.choice([cast.alice_agent, cast.bob_agent, None]), began_at=began)
        answered = began + timedelta(seconds=dice.randrange(5, 20)) if dice.random() < 0.5 else None
        connected = answered + timedelta(seconds=dice.choice((1, 4))) if answered and dice.random() < 0.7 else None
        open_still = dice.random() < 0.1
        ended = None if open_still else (answered or began) + timedelta(seconds=dice.randrange(1, 300), milliseconds=7)
        outcome = (
            "" if open_still else dice.choice(["hung_up_waiting", "abandoned", "machine"] if answered else ["busy"])
        )
        outcome = "answered" if connected and not open_still else outcome
        Attempt.objects.filter(pk=made.pk).update(
            answered_at=answered, connected_at=connected, ended_at=ended, outcome=outcome,
            result=dice.choice(chosen) if connected else None, abandoned=outcome in {"hung_up_waiting", "abandoned"},
        )  # fmt: skip
        Task.objects.filter(pk=made.task_id).update(state=dice.choice(["waiting", "planned", "completed", "excluded"]))
    Attempt.objects.filter(campaign=campaign, connected_at__isnull=False, number__endswith="3").update(result=chosen[0])
    Attempt.objects.filter(campaign=campaign, number__endswith="7").delete()
    Task.objects.filter(Q(campaign=campaign), number__endswith="5").update(state="stopped", refusal="suppressed")


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_tallies_equal_the_rows_before_and_after_they_are_added_up(cast: Cast, seed: int) -> None:
    with system_scope():
        campaign, other = bare_campaign(cast.lumen), bare_campaign(cast.lumen, name="Another")
        shuffle(campaign, cast, random.Random(seed))
        shuffle(other, cast, random.Random(seed + 100))
        before = rows_of("calls_attempttally")
        for _ in range(3):
            assert told(campaign) == counted(campaign)
            assert told(other) == counted(other)
            fold_tallies(now=NOW)
        assert rows_of("calls_attempttally") < before
        fold_tallies(now=NOW + timedelta(days=30))
        assert told(campaign) == counted(campaign)
        by_name = Counter(
            Attempt.objects.filter(campaign=campaign, result__isnull=False).values_list("result__name", flat=True)
        )
        assert {
            name: n for name, _, n in result_counts(campaign.organisation_id, statistics(campaign).by_result)
        } == dict(by_name)
        by_agent = Counter(
            Attempt.objects.filter(campaign=campaign, agent__isnull=False).values_list("agent_id", flat=True)
        )
        assert {row.agent_id: row.attempts for row in per_agent(campaign, actor(cast.carol))} == dict(by_agent)


def test_a_removed_campaign_leaves_nothing_that_counts(cast: Cast) -> None:
    with system_scope():
        campaign = bare_campaign(cast.lumen)
        shuffle(campaign, cast, random.Random(4))
        campaign.delete()
        fold_tallies(now=NOW)
        assert all(row == 0 for row in map(total, ("campaigns_tasktally", "calls_attempttally", "calls_agenttally")))


def total(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(sum(n), 0) FROM {table}")
        return int(cursor.fetchone()[0])
