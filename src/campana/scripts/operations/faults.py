"""Faults of a script's elements as refusals, each with the words people read."""

from __future__ import annotations

from typing import Final

from campana.kernel.refusals import Invalid
from campana.scripts.drafting import Fault


class UnknownVariable(Invalid):
    code = "unknown_variable"
    detail = "There is no {names}. Take a variable from the list, or leave out the braces."


class NoElements(Invalid):
    code = "no_elements"
    detail = "A script needs at least one text or question."


class TooManyElements(Invalid):
    code = "too_many_elements"
    detail = "A script has at most {limit} texts and questions."


class TooManyWords(Invalid):
    code = "too_many_words"
    detail = "The texts of a script have at most {limit} characters together."


class NoText(Invalid):
    code = "no_text"
    detail = "Write what is said, or take the text out."


class NoLabel(Invalid):
    code = "no_label"
    detail = "A question has 1 to {limit} characters."


class HelpTooLong(Invalid):
    code = "help_too_long"
    detail = "A hint has at most {limit} characters."


class BadParameter(Invalid):
    code = "bad_parameter"
    detail = "A name begins with a letter or digit and has letters, digits and underscores only, at most {limit}."


class ParameterTaken(Invalid):
    code = "parameter_taken"
    detail = "Another question of this script is called {name} already."


class TooFewOptions(Invalid):
    code = "too_few_options"
    detail = "Give 2 to {limit} answers to choose from, one a line."


class OptionTooLong(Invalid):
    code = "option_too_long"
    detail = "An answer to choose has at most {limit} characters."


class OptionTwice(Invalid):
    code = "option_twice"
    detail = "Two answers to choose are the same."


class BadScale(Invalid):
    code = "bad_scale"
    detail = "A rating goes from 1 to between 3 and 10."


class NotAskedBefore(Invalid):
    code = "not_asked_before"
    detail = "Choose a question that stands above this one."


class NoValues(Invalid):
    code = "no_values"
    detail = "Say which answer opens this, one a line."


class OneValue(Invalid):
    code = "one_value"
    detail = "“Is” compares with one answer; for several choose “is one of”."


class OnlyTicked(Invalid):
    code = "only_ticked"
    detail = "A checkbox is ticked or not: choose “is answered” or “is not answered”."


class NeverTheAnswer(Invalid):
    code = "never_the_answer"
    detail = "That question can never be answered so: {values}."


_REFUSALS: Final = {
    kind.code: kind
    for kind in (
        NoElements, TooManyElements, NoText, NoLabel, HelpTooLong, BadParameter, ParameterTaken, TooFewOptions,
        OptionTooLong, OptionTwice, BadScale, NotAskedBefore, NoValues, OneValue, OnlyTicked, NeverTheAnswer,
    )
}  # fmt: skip


def refusal(fault: Fault) -> Invalid:
    field = fault.field if fault.place < 0 else f"elements.{fault.place}.{fault.field}"
    return _REFUSALS[fault.code](field=field, **fault.facts)
