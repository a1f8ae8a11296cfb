"""Scenario files, several settings side by side, and what calibration calls inside."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campana.config.cli.sim import main
from campana.engine.words import DialMode
from campana.sim.campaign.calibrate import Case, proof
from campana.sim.campaign.outlook import Outlook, Range
from campana.sim.campaign.report import in_words, ran, side_by_side
from campana.sim.campaign.scenario import BadScenario, changed, plan_of, read

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
SMALL = {"start": datetime(2026, 3, 2, 9, tzinfo=UTC), "shifts": [{"agents": 2}], "contacts": [{"contacts": 40}]}


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_example_can_be_read(file: Path) -> None:
    plan = read(file)
    assert plan.contacts > 0
    assert plan.agents > 0


@pytest.mark.parametrize(
    "given",
    [
        {"campaign": {"mode": "shouting"}},
        {"campaign": {"colour": "red"}},
        {"contacts": [{}]},
        {"hours": [{"days": ["someday"], "from": "9:00", "to": "10:00"}]},
        {"calls": {"results": {"marriage": 1}}},
    ],
)
def test_what_can_not_be_simulated_is_said(given: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises((BadScenario, KeyError, ValueError)):
        plan_of({**SMALL, **given})
    bad = tmp_path / "bad.toml"
    bad.write_text("start = 2026-03-02\nshifts = [{agents = 1}]\n")
    with pytest.raises(BadScenario, match="'contacts' is missing"):
        read(bad)


def test_a_setting_can_be_changed_by_its_name() -> None:
    plan = plan_of(SMALL)
    assert changed(plan, "coefficient=1.5").campaign.coefficient == 1.5
    assert changed(plan, "wrap_up=20").campaign.wrap_up.total_seconds() == 20
    assert changed(plan, "mode=preview").campaign.mode is DialMode.PREVIEW
    assert changed(plan, "agents=7").agents == 7
    with pytest.raises(BadScenario):
        changed(plan, "colour=red")


def test_settings_side_by_side_meet_the_same_people() -> None:
    plan = plan_of(SMALL)
    preview = replace(plan, campaign=replace(plan.campaign, mode=DialMode.PREVIEW))
    first, second = side_by_side([("progressive", plan), ("preview", preview)], 3)
    assert first.result.figures.answered == pytest.approx(second.result.figures.answered, abs=4)
    assert second.result.figures.talk_minutes_an_hour < first.result.figures.talk_minutes_an_hour
    assert "progressive" in in_words([first, second], plan.zone)
    assert first.as_json()["attempts"] == first.result.figures.attempts


def test_the_end_of_a_long_list_is_walked_and_says_so() -> None:
    short = ran("short", plan_of(SMALL), 1, most=30)
    assert short.walked
    assert short.finished_at is not None
    assert short.result.figures.attempts == 30
    assert short.attempts > 60


def case(truth: datetime | None, early: datetime | None, late: datetime | None) -> Case:
    zero = Range(0, 0, 0)
    told = Outlook(early, early, late, 1.0, zero, zero, zero, zero, zero, zero, zero)
    return Case(1, 0.0, 1, 1, 1, "progressive", truth, told)


def test_inside_means_between_early_and_late_both_included() -> None:
    noon, one, two = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (12, 13, 14))
    assert case(one, noon, two).inside
    assert case(noon, noon, two).inside
    assert not case(noon, one, two).inside
    assert not case(two, noon, one).inside
    assert case(two, noon, None).inside
    assert not case(None, noon, two).inside
    assert case(None, None, None).inside
    assert proof([case(one, noon, two), case(two, noon, one)])["share"] == 0.5


def test_the_command_runs_a_file_and_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "page.html"
    file = EXAMPLES / "spring-offer.toml"
    given = ["campaign", str(file), "--compare", "progressive,preview", "--set", "wrap_up=20", "--most", "60"]
    assert main([*given, "--json", "--html", str(made)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [run["name"] for run in told["runs"]] == ["progressive", "preview"]
    assert all(run["end_walked"] and run["attempts"] > 1000 for run in told["runs"])
    assert "progressive" in made.read_text()


def test_the_command_says_what_it_can_not_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["campaign"]) == 1
    assert "name a scenario file" in capsys.readouterr().err
    assert main(["campaign", str(EXAMPLES / "spring-offer.toml"), "--compare", "shouting"]) == 1
    assert "'shouting' is not one of" in capsys.readouterr().err
