"""Scenario files, several settings side by side, and what calibration calls inside."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campana.config.cli.sim import main
from campana.engine.words import DialMode
from campana.forecasting.questions import longer
from campana.kernel.windows import Period, Schedule
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
    ("given", "said"),
    [
        ({"campaign": {"mode": "shouting"}}, "campaign: mode: the dial mode 'shouting' is not one of"),
        ({"campaign": {"colour": "red"}}, "campaign: colour: there is no such setting"),
        ({"campaign": {"wrap_up": -1}}, "campaign: wrap_up: should be greater than or equal to 0, not -1"),
        ({"contacts": [{}]}, "contacts: number 1: contacts is missing"),
        ({"contacts": [{"contacts": 5}, {"contacts": 0}]}, "contacts: number 2: contacts: should be greater"),
        ({"contacts": [{"contacts": 5, "time_zone": "Moon/Sea"}]}, "'Moon/Sea' is no time zone"),
        ({"shifts": [{"agents": -3}]}, "shifts: number 1: agents: should be greater than or equal to 1, not -3"),
        ({"shifts": [{"agents": 1, "days": ["mon"]}]}, "the hours of a shift need both 'from' and 'to'"),
        ({"shifts": [{"agents": 1, "from": "22:00", "to": "06:00"}]}, "'to' must be later than 'from'"),
        ({"shifts": []}, "shifts: "),
        ({"hours": [{"days": ["someday"], "from": "9:00", "to": "10:00"}]}, "hours: number 1: days: number 1: "),
        ({"hours": [{"days": [], "from": "9:00", "to": "10:00"}]}, "hours: number 1: days: "),
        ({"hours": [{"from": "9 o'clock", "to": "10:00"}]}, "is no time of day, write it like 09:00"),
        ({"hours": [{"from": "9:00", "to": "24:01"}]}, "hours: number 1: to: "),
        ({"calls": {"answerd": 0.3}}, "calls: answerd: there is no such setting, did you mean 'answered'?"),
        ({"calls": {"answered": 30}}, "calls: answered: should be less than or equal to 1, not 30"),
        ({"calls": {"rings": 0}}, "calls: rings: should be greater than 0"),
        ({"calls": {"by_hour": {"25": 1}}}, "calls: by_hour: 25"),
        ({"calls": {"results": {"marriage": 1}}}, "calls: results: marriage"),
        ({"calls": {"results": {"success": 0}}}, "one of the results must weigh more than 0"),
        ({"lines": {"channels": 0}}, "lines: channels: should be greater than or equal to 1"),
        ({"start": "soon"}, "start: "),
        ({"start": datetime(1, 1, 1, tzinfo=UTC)}, "start: 0001-01-01 00:00:00+00:00 is not between 1970 and 2080"),
        ({"start": datetime(9999, 12, 31, tzinfo=UTC)}, "is not between 1970 and 2080"),
        ({"campaign": {"end_at": datetime(9999, 12, 31, tzinfo=UTC)}}, "campaign: end_at: 9999-12-31"),
        ({"shift": []}, "shift: there is no such setting, did you mean 'shifts'?"),
    ],
)
def test_what_can_not_be_simulated_is_said_by_its_place(given: dict[str, object], said: str) -> None:
    with pytest.raises(BadScenario) as refused:
        plan_of({**SMALL, **given})
    assert said in str(refused.value)


def test_everything_that_is_wrong_with_a_file_is_said_at_once(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("start = 2026-03-02\nshifts = [{agents = 0}]\n")
    with pytest.raises(BadScenario) as refused:
        read(bad)
    name, *lines = str(refused.value).splitlines()
    assert name == "bad.toml:"
    assert lines == ["shifts: number 1: agents: should be greater than or equal to 1, not 0", "contacts is missing"]
    bad.write_bytes(b"start = \xff")
    with pytest.raises(BadScenario, match="is no TOML file"):
        read(bad)


def test_moments_without_an_offset_are_on_the_campaigns_clock() -> None:
    campaign = {"end_at": datetime(2026, 3, 6, 18)}  # noqa: DTZ001
    given = {**SMALL, "start": datetime(2026, 3, 2, 8), "time_zone": "Asia/Ho_Chi_Minh", "campaign": campaign}  # noqa: DTZ001
    plan = plan_of(given)
    assert plan.start == datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert plan.campaign.end_at == datetime(2026, 3, 6, 11, tzinfo=UTC)


def test_a_setting_can_be_changed_by_its_name() -> None:
    plan = plan_of(SMALL)
    assert changed(plan, "coefficient=1.5").campaign.coefficient == 1.5
    assert changed(plan, "wrap_up=20").campaign.wrap_up.total_seconds() == 20
    assert changed(plan, "mode=preview").campaign.mode is DialMode.PREVIEW
    assert changed(plan, "agents=7").agents == 7
    assert changed(plan, "max_attempts=5").campaign.retry == replace(plan.campaign.retry, max_attempts=5)
    assert changed(plan, "result_required=no").campaign.result_required is False
    for wrong, said in (
        ("colour=red", "there is no such setting"),
        ("agents=-3", "should be greater than or equal to 1"),
        ("agents=many", "agents=many: agents: should be a valid integer"),
        ("wrap_up", "wrap_up"),
    ):
        with pytest.raises(BadScenario, match=said):
            changed(plan, wrong)


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


def test_a_walked_end_has_its_hours_of_agents_and_ends_where_the_run_was_to_end() -> None:
    plan = plan_of({**SMALL, "contacts": [{"contacts": 4000}]})
    until = plan.start + timedelta(hours=10)
    whole, part = ran("whole", plan, 1, until=until), ran("part", plan, 1, until=until, most=100)
    assert part.walked
    assert part.finished_at is None
    assert part.attempts == pytest.approx(whole.attempts, rel=0.2)
    assert part.as_json()["agent_hours"] == pytest.approx(whole.as_json()["agent_hours"], rel=0.2)


def test_other_numbers_of_people_keep_the_hours_of_the_shifts() -> None:
    early, late = {"from": "08:00", "to": "09:00"}, {"from": "09:00", "to": "18:00"}
    plan = plan_of({**SMALL, "shifts": [{"agents": 1, **early}, {"agents": 3, **late}]})
    more = changed(plan, "agents=8")
    assert [(shift.agents, shift.hours) for shift in more.shifts] == [
        (2, plan.shifts[0].hours),
        (6, plan.shifts[1].hours),
    ]
    assert changed(replace(plan, shifts=()), "agents=5").agents == 5


def test_hours_taken_off_a_day_with_a_noon_break_come_off_its_morning_too() -> None:
    split = Schedule((Period(0, 480, 720), Period(0, 780, 1020)))
    hours = [
        sum(period.end - period.start for period in longer(split, timedelta(hours=n)).periods) / 60 for n in (-5, -3, 2)
    ]
    assert hours == [3, 5, 10]


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
    assert main(["campaign", "nowhere.toml"]) == 1
    assert capsys.readouterr().err == "sim: nowhere.toml: No such file or directory\n"
    assert main(["pacer", "--table", "--only", "ten,million"]) == 1
    assert "no scenario million" in capsys.readouterr().err
    for wrong in (["--most", "0"], ["--html", "/nowhere/page.html"]):
        with pytest.raises(SystemExit):
            main(["campaign", str(EXAMPLES / "spring-offer.toml"), *wrong])
        assert wrong[1] in capsys.readouterr().err


@pytest.mark.parametrize("minutes", ["0", "-1", "nan", "soon"])
def test_a_storm_of_no_minutes_is_refused_and_not_one_of_a_thousand_worlds(
    minutes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["storm", "--minutes", minutes])
    assert "is not a number above 0" in capsys.readouterr().err


def test_a_command_stopped_or_left_by_its_reader_ends_without_a_traceback() -> None:
    code = "import sys; from campana.config.cli.sim import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "storm", "--seed", "3", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as left:
        assert left.stdout is not None
        assert left.stderr is not None
        left.stdout.close()
        assert left.stderr.read() == ""
