"""The settings of a campaign in the reader's words: on its steps, and in the log of what changed."""

from __future__ import annotations

from django.utils.translation import override

from campana.accounts.audit_changes import changes
from campana.accounts.audit_values import value_words
from campana.accounts.models import AuditEntry
from campana.campaigns.web.steps import STEPS
from campana.conditions.fields import Operator


def test_no_choice_of_a_step_is_a_bare_code_in_the_log() -> None:
    asks = [ask for step in STEPS for ask in step.asks]
    codes = [(ask.name, option.key) for ask in asks for option in ask.choices if not option.key.isdigit()]
    assert [code for code in codes if value_words(*code) == code[1]] == []


def test_a_wait_is_said_in_the_readers_language() -> None:
    waits = next(ask for step in STEPS for ask in step.asks if ask.name == "answer_wait").choices
    with override("ru"):
        assert str(waits[0].word) == "15 с"
    with override("en"):
        assert str(waits[0].word) == "15 sec"


def test_a_figure_is_told_with_its_unit_as_the_language_writes_it() -> None:
    with override("vi"):
        assert value_words("coefficient", "1.5") == "1,5"
        assert value_words("max_abandon", 0.025) == "2,5%"
        assert value_words("ids", 1234) == "1234"
    with override("en"):
        assert [value_words("max_abandon", share) for share in ("0.03", 0.03)] == ["3%", "3%"]
        assert value_words("gap", 1800) == "30 min"
        assert value_words("wrap_up", 75) == "75 sec"
        assert value_words("detection_time", 3.5) == "3.5 sec"
        assert value_words("phones", ["16175550178"]) == "+1 617-555-0178"
        assert value_words("number", 12) == "12"


def test_hours_of_a_week_are_told_as_days_and_times() -> None:
    with override("en"):
        assert value_words("hours", [[0, 540, 1020], [1, 540, 1020], [5, 600, 720]]) == (
            "Mon–Tue 09:00–17:00; Sat 10:00–12:00"
        )


def test_many_settings_at_once_are_told_one_by_one() -> None:
    settings = {"gap": 1800, "wrap_up": 15, "goal": "none", "recording": False, "max_wait": 60, "priority": None}
    few = changes(AuditEntry(after={"settings": settings}))
    many = changes(AuditEntry(before={"settings": {"priority": 2}}, after={"settings": settings}))
    assert few[0].parts == ()
    with override("en"):
        assert [(each.name, each.before, each.after) for each in many[0].parts][-1] == ("priority", "2", "–")


def test_a_condition_is_told_in_the_words_it_was_chosen_by() -> None:
    with override("ru"):
        bare = [op.value for op in Operator if value_words("op", op.value) == op.value]
        told = value_words("condition", {"field": "company", "op": "contains", "value": "Acme"})
    assert bare == []
    assert told == "организация содержит Acme"


def test_what_was_asked_of_a_campaign_and_of_an_export_is_no_code() -> None:
    with override("en"):
        told = {name: value_words(name, value) for name, value in {
            "state": "not_approved", "wanted": "run", "selection": "busy", "states": ["waiting"], "separator": "tab",
            "columns": ["last_outcome", "fields.city"], "was": "opt_out", "existing": "skip",
        }.items()}  # fmt: skip
    assert told == {
        "state": "Not approved",
        "wanted": "Start",
        "selection": "Last outcome: busy",
        "states": "Waiting",
        "separator": "Tab",
        "columns": "Last outcome, city",
        "was": "Asked not to be called",
        "existing": "Leave the row out",
    }
