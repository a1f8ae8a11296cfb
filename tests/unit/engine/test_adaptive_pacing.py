"""The adaptive pacer's parts against what can be worked out by hand, and its rules."""

from __future__ import annotations

import io
import itertools
import json
from dataclasses import replace

import numpy as np
import pytest

from campana.engine.pacing.adaptive import Adaptive, Happening, Kind, Limits, Situation
from campana.engine.pacing.adaptive.answering import Answering
from campana.engine.pacing.adaptive.budget import Budget
from campana.engine.pacing.adaptive.demand import Alike, Demand, _Exact, _Normal
from campana.engine.pacing.adaptive.hazards import Ages, as_ages, survival
from campana.engine.pacing.adaptive.pacer import most
from campana.sim.pacing.stdio import serve

LIMITS = Limits(max_abandon=0.03, cap=1_000, max_wait=2.0, ring_timeout=28.0)


def test_what_still_goes_on_counts_as_exposure():
    finished_only, all_seen = Ages(span=40), Ages(span=40)
    for ages in (finished_only, all_seen):
        for _ in range(10):
            ages.end(5.5, 0, unseen=5.5)
    for second in range(1, 31):
        all_seen.live(as_ages([float(second)] * 10), 1.0)
    assert (
        all_seen.hazards(width=0.0, prior_seconds=30)[0].sum()
        < finished_only.hazards(width=0.0, prior_seconds=30)[0].sum()
    )


def test_what_is_told_late_takes_no_exposure_back():
    record = Ages(span=30)
    record.live(as_ages([3.0]), 1.0)
    record.end(3.0, 0, unseen=-120.0)
    record.end(-5.0, 0, unseen=-1.0)
    assert record.exposure.min() >= 0
    assert np.isfinite(survival(record.hazards(width=0.0, prior_seconds=10.0)[0])).all()


def test_hazards_give_back_the_law_they_were_shown():
    ages = Ages(span=60)
    dice = np.random.default_rng(3)
    for age in dice.exponential(10.0, 4_000):
        for second in range(int(age)):
            ages.live(as_ages([second + 1.0]), 1.0)
        ages.end(age, 0, unseen=age - int(age))
    alive = survival(ages.hazards(width=0.0, prior_seconds=10)[0])
    assert alive[10] == pytest.approx(np.exp(-1.0), abs=0.03)


def each(*chances: np.ndarray) -> Alike:
    rows = np.concatenate(chances)
    return Alike(rows, np.ones(len(rows)))


def brute_force(parts: list[float], supply: int) -> float:
    """P(at least ``supply`` of the parts happen), by going through every combination."""
    short = 0.0
    for combination in itertools.product((0, 1), repeat=len(parts)):
        if sum(combination) >= supply:
            short += np.prod([p if happens else 1 - p for p, happens in zip(parts, combination, strict=True)])
    return short


def test_few_calls_and_agents_are_weighed_exactly():
    parts = [0.3, 0.7, 0.2, 0.9, 0.5]
    law = _Exact(each(np.array(parts)[:, None]), 3)
    assert law.short(np.array([0.4]), 0)[0] == pytest.approx(brute_force(parts, 3))
    assert law.short(np.array([0.4]), 2)[0] == pytest.approx(brute_force([*parts, 0.4, 0.4], 3))


def test_many_calls_and_agents_are_weighed_nearly_as_exactly():
    dice = np.random.default_rng(1)
    parts = dice.uniform(0.02, 0.6, (120, 1))
    supply = int(parts.sum()) + 9
    exact, normal = _Exact(each(parts), supply), _Normal(each(parts), supply, parts.sum(axis=0), 0.0)
    assert normal.short(np.array([0.3]), 5)[0] == pytest.approx(exact.short(np.array([0.3]), 5)[0], abs=0.002)


def test_a_rate_that_is_hardly_known_makes_a_shortage_likelier():
    """Mixed over rates that are a tenth more and a tenth less, the law is as wide as the doubt says."""
    parts, fresh = np.full((120, 1), 0.3), np.array([0.3])
    supply, doubt = 46, 0.01
    unsure = _Normal(each(parts), supply, parts.sum(axis=0), doubt).short(fresh, 10)[0]
    rates = (0.3 * (1 - doubt**0.5), 0.3 * (1 + doubt**0.5))
    mixed = np.mean([_Exact(each(np.full((120, 1), p)), supply).short(np.array([p]), 10)[0] for p in rates])
    sure = _Normal(each(parts), supply, parts.sum(axis=0), 0.0).short(fresh, 10)[0]
    assert sure < unsure
    assert unsure == pytest.approx(mixed, abs=0.01)


def test_the_last_free_agent_may_have_a_deaf_telephone() -> None:
    nobody = Alike(np.zeros((0, 12)), np.zeros(0))
    fresh = np.full(12, 0.05)
    for spare, launched, risk in ((1, 0, 0.04), (2, 0, 0.0), (2, 1, 0.04)):
        demand = Demand(answered=nobody, free=nobody, spare=spare, fresh=fresh, deaf=0.04)
        sure = Demand(answered=nobody, free=nobody, spare=spare, fresh=fresh)
        assert sure.risk(launched) == 0.0
        assert demand.risk(launched) <= risk
        assert (demand.risk(launched) > 0.0) == (risk > 0.0)
    assert Demand(answered=nobody, free=nobody, spare=1, fresh=fresh, deaf=0.04).risk(0) == pytest.approx(0.04)


def test_deaf_telephones_keep_a_small_team_from_its_last_agent_but_nobody_who_is_alone() -> None:
    missed = tuple(Happening(float(n), Kind.AGENT_NO_ANSWER) for n in range(3))
    limits = Limits(max_abandon=0.01, cap=100, max_wait=2.0, ring_timeout=20.0)

    def launched(*, idle: int, talking: int, happened: tuple[Happening, ...]) -> int:
        pacer = Adaptive(limits, careful=False)
        pacer.decide(Situation(now=0.0, idle=(1.0,) * idle, talking=(1.0,) * talking), limits)
        moment = Situation(now=1.0, idle=(2.0,) * idle, talking=(2.0,) * talking, happened=happened)
        return pacer.decide(moment, limits).launch

    assert launched(idle=1, talking=1, happened=()) >= 1
    assert launched(idle=1, talking=1, happened=missed) == 0
    assert launched(idle=2, talking=0, happened=missed) >= 1
    assert launched(idle=1, talking=0, happened=missed) >= 1


def test_the_number_found_is_the_largest_within_the_risk():
    demand = Demand(
        answered=each(np.full((4, 10), 0.2)), free=each(np.full((6, 10), 0.4)), spare=2, fresh=np.full(10, 0.03)
    )
    launch, risk, bound = most(demand, 0.05, 100)
    assert bound == "risk"
    assert demand.risk(launch - 1) <= 0.05 < demand.risk(launch) == risk


@pytest.mark.parametrize("room", [0, 1, 3])
def test_no_more_leave_than_the_lines_allow(room):
    demand = Demand(answered=each(np.zeros((0, 5))), free=each(np.zeros((0, 5))), spare=50, fresh=np.full(5, 0.1))
    assert most(demand, 0.9, room) == (room, pytest.approx(0.0, abs=1e-9), "cap")


@pytest.mark.parametrize("limit", [0.01, 0.03, 0.1])
def test_the_budget_ends_under_the_limit_when_losses_follow_the_accepted_risk(limit):
    dice = np.random.default_rng(7)
    budget = Budget(limit)
    for _ in range(6_000):
        budget.wait(10.0)
        budget.answer(abandoned=bool(dice.random() < min(0.9, budget.accepted())))
    assert 0.6 * limit < budget.abandoned / budget.answers <= limit


def test_the_last_calls_that_may_be_lost_are_not_gambled_with():
    """The end comes unannounced: whatever the price says, the risk falls as the calls left to the limit run out."""
    budget = Budget(0.03)
    for _ in range(300):
        budget.wait(60.0)
        budget.answer(abandoned=False)
    risks = []
    for _ in range(12):
        risks.append(budget.accepted() / 0.03)
        assert budget.accepted(waiting=1) <= budget.accepted()
        budget.answer(abandoned=True)
    left = [0.03 * (300 + lost) - lost for lost in range(12)]
    assert risks == sorted(risks, reverse=True)
    assert all(risk <= 1 for risk, calls in zip(risks, left, strict=True) if calls < 1)
    assert all(risk < 0.15 for risk, calls in zip(risks, left, strict=True) if calls < 0)


@pytest.mark.parametrize("limit", [0.01, 0.03, 0.1])
@pytest.mark.parametrize("seconds", [5.0, 120.0])
def test_wherever_a_day_ends_it_ends_within_the_limit(limit, seconds):
    """After the third hour; ``seconds`` from one answer to the next."""
    over = looked = 0
    for seed in range(25):
        dice = np.random.default_rng(seed)
        budget = Budget(limit)
        for number in range(1, 2_001):
            budget.wait(seconds)
            budget.answer(abandoned=bool(dice.random() < min(0.9, budget.accepted())))
            if number * seconds > 4 * 3600:
                looked += 1
                over += budget.abandoned > limit * budget.answers
    assert over <= looked / 100


def test_an_early_loss_is_borne_only_where_the_day_can_pay_it_back():
    """The first minutes of a brisk campaign are not spent without dialling ahead, those of a slow one are."""
    brisk, slow = Budget(0.03), Budget(0.01)
    for budget, answers in ((brisk, 20), (slow, 4)):
        for _ in range(answers):
            budget.wait(1_200.0 / answers)
            budget.answer(abandoned=False)
    assert brisk.accepted() > 0.3 * 0.03
    assert slow.accepted() < 0.2 * 0.01


def test_the_price_moves_gently_where_many_answers_are_under_way():
    few, many = Budget(0.03), Budget(0.03)
    for budget, seconds in ((few, 60.0), (many, 0.1)):
        for _ in range(200):
            budget.wait(seconds)
            budget.answer(abandoned=False)
    before = (few.accepted(), many.accepted())
    for budget in (few, many):
        budget.answer(abandoned=True)
    assert few.accepted() / before[0] < many.accepted() / before[1] < 1


def ringing_calls(answering: Answering, answer_one_in: int, seconds: int, start: float = 0.0) -> None:
    """One call ends each second, four to thirteen seconds old; every so many of them by a person."""
    for second in range(1, seconds + 1):
        now, kinds = start + second, (Kind.PICKUP, Kind.HUMAN) if second % answer_one_in == 0 else (Kind.BUSY,)
        age = 4.5 + second // 10 * 7 % 10
        ended = [Happening(now - 0.5, kind, age, age) for kind in kinds]
        answering.observe(Situation(now=now, ringing=[float(age) for age in range(1, 14)], happened=ended), 1.0)


def test_a_record_the_answers_contradict_fades_at_once():
    answering = Answering(LIMITS)
    ringing_calls(answering, 10, 1_500)
    morning = answering.fresh().sum()
    ringing_calls(answering, 3, 300, start=1_500.0)
    assert answering.fresh().sum() > 2 * morning


def busy_floor(now: float, *happened: Happening) -> Situation:
    return Situation(
        now=now, idle=[], talking=[60.0] * 20, wrapping=[5.0] * 4, ringing=[3.0] * 2, lines=22, happened=happened
    )


def experienced(limits: Limits) -> Adaptive:
    pacer = Adaptive(limits, careful=False)
    for second in range(1, 301):
        pacer.decide(
            busy_floor(
                float(second),
                Happening(second - 0.5, Kind.PICKUP, 9.0),
                Happening(second - 0.5, Kind.HUMAN, 9.0, 9.0),
                Happening(second - 0.5, Kind.NO_ANSWER, 28.0),
                Happening(second - 0.4, Kind.CONNECT, 0.0),
                Happening(second - 0.3, Kind.TALK_END, 30.0 + second % 60),
                Happening(second - 0.2, Kind.WRAP_END, 10.0),
            ),
            limits,
        )
    return pacer


def test_calls_leave_before_anybody_is_free():
    assert experienced(LIMITS).decide(busy_floor(301.0), LIMITS).launch > 0


def test_a_smaller_limit_launches_less():
    """CAM-485."""
    launched = []
    for limit in (0.01, 0.03, 0.1):
        limits = replace(LIMITS, max_abandon=limit)
        launched.append(experienced(limits).decide(busy_floor(301.0), limits).launch)
    assert launched[0] < launched[1] < launched[2]


def test_a_limit_of_nothing_never_dials_ahead():
    limits = replace(LIMITS, max_abandon=0.0)
    pace = experienced(limits).decide(busy_floor(301.0), limits)
    assert (pace.launch, pace.bound) == (0, "start")


def test_a_careful_start_dials_one_call_for_each_free_agent():
    """CAM-487."""
    pace = Adaptive(LIMITS).decide(Situation(now=1.0, idle=[1.0] * 5, ringing=[2.0], lines=1), LIMITS)
    assert (pace.launch, pace.bound) == (4, "start")


def test_the_pacer_answers_a_line_for_every_line():
    limits = {"dt": 1.0, "cap": 100, "max_abandon": 0.03, "max_wait": 2.0, "ring_timeout": 28.0}
    lines = [
        {"type": "init", "protocol": 1, **limits},
        {
            "type": "step", "now": 1.0, **limits,
            "agents": {"idle": [1.0, 0.5], "talk": [], "wrap": [], "paused": 0},
            "calls": {"ringing": [], "amd": [], "waiting": [], "lines": 0},
            "totals": {"launched": 0, "answered": 0, "abandoned": 0, "connected": 0},
            "events": [[0.2, "login", 0, None], [0.3, "something new", 1, 2]],
        },
        {"type": "step", "now": "soon"},
        {"type": "end"},
    ]  # fmt: skip
    out = io.StringIO()
    serve([json.dumps(line) for line in lines] + ["never read"], out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert answers[:2] == [{"ok": True}, {"launch": 2}]
    assert "can not be read" in answers[2]["error"]
    assert len(answers) == 3


def step(now: float, **parts: object) -> str:
    return json.dumps({"type": "step", "now": now, **parts})


UNREADABLE = [
    "{", "nonsense", "[]", "7", "null", '"step"', "{}", '{"type": "step"}', '{"type": ["step"]}',
    '{"type": "step", "now": 1e999}', '{"type": "step", "now": 3.0, "cap": Infinity}', "[" * 3_000,
    step(3.0, agents=[]), step(3.0, agents={"idle": 4}), step(3.0, agents={"idle": ["x"]}),
    step(3.0, calls={"ringing": [None]}), step(3.0, events=[[]]), step(3.0, events=[[1.0, ["human"]]]),
    step(3.0, events=[["soon", "human", 1, 1]]), step(3.0, agents={"talk": [float("nan")]}),
]  # fmt: skip


def test_no_line_ends_the_pacer_and_none_is_left_without_an_answer():
    out = io.StringIO()
    good = step(4.0, agents={"idle": [1.0, 2.0]}, calls={"ringing": [1.0]})
    serve([step(1.0), '{"type": "init"}', *UNREADABLE, good, step(5.0)], out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(answers) == len(UNREADABLE) + 4
    assert answers[1] == {"ok": True}
    assert all(answer["launch"] == 0 and answer["error"] for answer in [answers[0], *answers[2:-2]])
    assert answers[-2:] == [{"launch": 1}, {"launch": 0}]


@pytest.mark.parametrize("limits", [{"ring_timeout": 1}, {"max_wait": 3600}, {}])
def test_odd_limits_and_ages_beyond_a_day_are_decided_on(limits: dict[str, float]) -> None:
    busy = {"talk": [1e300, 1e12, 1e9, 5.0], "wrap": [1e15], "idle": [1.0, 2.0]}
    calls = {"ringing": [1e300, 2.0], "amd": [1e12], "waiting": []}
    answered = [[39.0, "connect", 0.0, 1]] * 7
    steps = [
        {"type": "step", "now": now, "agents": busy, "calls": calls, "events": answered} for now in (1.0, 40.0, 80.0)
    ]
    out = io.StringIO()
    serve([json.dumps(line) for line in ({"type": "init", **limits}, *steps)], out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert answers[0] == {"ok": True}
    assert [set(answer) for answer in answers[1:]] == [{"launch"}] * 3
