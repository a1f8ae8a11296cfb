"""The settings of a campaign in the reader's words: on its steps, and in the log of what changed."""

from __future__ import annotations

from django.utils.translation import override

from campana.accounts.audit_values import value_words
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


def test_a_share_is_written_as_the_language_writes_it() -> None:
    with override("vi"):
        assert value_words("max_abandon", "0.03") == "0,03"
        assert value_words("max_abandon", 0.03) == "0,03"
        assert value_words("ids", 1234) == "1234"


def test_a_condition_is_told_in_the_words_it_was_chosen_by() -> None:
    with override("ru"):
        bare = [op.value for op in Operator if value_words("op", op.value) == op.value]
        told = value_words("condition", {"field": "company", "op": "contains", "value": "Acme"})
    assert bare == []
    assert told == "поле: организация; сравнение: содержит; значение: Acme"
