"""The rule of a script's questions: what is shown, what counts as an answer, what a script may be made of."""

from __future__ import annotations

import pytest

from campana.scripts.drafting import completed, faults
from campana.scripts.questions import (
    Condition,
    Element,
    Kind,
    Unreadable,
    from_rows,
    holds,
    judge,
    name_for,
    number,
    read,
    to_rows,
    typed_of,
)
from campana.scripts.questions import Test as Asks

HAS = Element(Kind.SINGLE, label="Do you have a contract?", name="has", options=("Yes", "No"), required=True)
BUDGET = Element(
    Kind.NUMBER, label="Budget", name="budget", required=True, shown_if=Condition("has", Asks.IS, ("Yes",))
)
WHY = Element(Kind.LONG, label="Why not?", name="why", shown_if=Condition("has", Asks.IS, ("No",)))
BIG = Element(Kind.TEXT, text="Offer the large one.", shown_if=Condition("budget", Asks.ONE_OF, ("500", "1000")))
SCRIPT = (Element(Kind.TEXT, text="Hello."), HAS, BUDGET, WHY, BIG)


def test_what_depends_on_nothing_is_shown_at_once() -> None:
    judged = judge(SCRIPT, {})
    assert judged.shown == (0, 1)
    assert judged.missing == ("has",), "what is not shown is not missing"


def test_an_answer_opens_its_branch_and_the_next_one() -> None:
    judged = judge(SCRIPT, {"has": ["Yes"], "budget": ["500"]})
    assert judged.shown == (0, 1, 2, 4)
    assert judged.answers == {"has": "Yes", "budget": 500}
    assert (judged.missing, judged.wrong) == ((), {})


def test_a_closed_branch_gives_no_answers_and_forgets_nothing() -> None:
    judged = judge(SCRIPT, {"has": ["No"], "budget": ["500"], "why": ["Too dear"]})
    assert judged.shown == (0, 1, 3), "a text behind a hidden question is hidden with it"
    assert judged.answers == {"has": "No", "why": "Too dear"}
    assert judged.drafts == {"budget": ["500"]}
    typed = typed_of(judged.answers, judged.drafts)
    assert judge(SCRIPT, typed | {"has": ["Yes"]}).answers == {"has": "Yes", "budget": 500}


def test_what_can_not_be_read_is_kept_as_it_was_typed() -> None:
    judged = judge(SCRIPT, {"has": ["Yes"], "budget": ["a lot"]})
    assert judged.wrong == {"budget": "not_a_number"}
    assert judged.drafts == {"budget": ["a lot"]}
    assert judged.missing == ("budget",)


def test_every_kind_survives_being_shown_and_typed_again() -> None:
    script = (
        Element(Kind.SHORT, name="a"),
        Element(Kind.LONG, name="b"),
        Element(Kind.NUMBER, name="c"),
        Element(Kind.DATE, name="d"),
        Element(Kind.SINGLE, name="e", options=("x", "y")),
        Element(Kind.MULTIPLE, name="f", options=("x", "y", "z")),
        Element(Kind.CHECKBOX, name="g"),
        Element(Kind.LIST, name="h", options=("x", "y")),
        Element(Kind.RATING, name="i"),
    )
    typed = {
        "a": [" word "], "b": ["two\r\nlines"], "c": ["1 500,5"], "d": ["2026-02-28"], "e": ["x"],
        "f": ["z", "x"], "g": ["yes"], "h": ["y"], "i": ["4"],
    }  # fmt: skip
    answers = judge(script, typed).answers
    assert answers == {
        "a": "word", "b": "two\nlines", "c": 1500.5, "d": "2026-02-28", "e": "x", "f": ["x", "z"], "g": True,
        "h": "y", "i": 4,
    }  # fmt: skip
    assert judge(script, typed_of(answers, {})).answers == answers


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (Kind.SHORT, "x" * 301, "too_long"),
        (Kind.LONG, "x" * 5001, "too_long"),
        (Kind.NUMBER, "12a", "not_a_number"),
        (Kind.NUMBER, "١٢", "not_a_number"),
        (Kind.NUMBER, "1.500", "doubtful_number"),
        (Kind.NUMBER, "1.500.000", "not_a_number"),
        (Kind.DATE, "31.12.2026", "not_a_date"),
        (Kind.DATE, "2026-02-30", "not_a_date"),
        (Kind.SINGLE, "z", "not_offered"),
        (Kind.MULTIPLE, "z", "not_offered"),
        (Kind.LIST, "z", "not_offered"),
        (Kind.RATING, "6", "not_offered"),
        (Kind.RATING, "0", "not_offered"),
    ],
)
def test_what_is_no_answer_is_told_by_its_code(kind: Kind, text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(Element(kind, name="q", options=("x", "y")), [text])
    assert refused.value.code == code


@pytest.mark.parametrize(("text", "value"), [("500", 500), ("-3", -3), ("1 500", 1500), ("0.125", 0.125), ("7,0", 7)])
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    assert number(text) == value


def test_blank_is_no_answer_and_blank_needs_no_reading() -> None:
    assert judge((Element(Kind.NUMBER, name="q"),), {"q": ["  "]}) == judge((Element(Kind.NUMBER, name="q"),), {})


@pytest.mark.parametrize(
    ("test", "values", "answer", "held"),
    [
        (Asks.IS, ("yes",), "Yes", True),
        (Asks.IS, ("yes",), None, False),
        (Asks.ONE_OF, ("a", "b"), "b", True),
        (Asks.ONE_OF, ("a", "b"), ["c", "b"], True),
        (Asks.ONE_OF, ("a", "b"), ["c"], False),
        (Asks.IS, ("500",), 500, True),
        (Asks.IS, ("500,0",), 500, True),
        (Asks.IS, ("x",), 500, False),
        (Asks.ANSWERED, (), True, True),
        (Asks.ANSWERED, (), None, False),
        (Asks.UNANSWERED, (), None, True),
        (Asks.UNANSWERED, (), 0, False),
    ],
)
def test_a_condition_asks_an_earlier_answer(test: Asks, values: tuple[str, ...], answer: object, held: bool) -> None:
    answers = {} if answer is None else {"q": answer}
    assert holds(Condition("q", test, values), answers) is held  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Budget", "budget"),
        ("Ngân sách dự kiến?", "ngan_sach_du_kien"),
        ("Đồng ý", "dong_y"),
        ("  Příští krok  ", "pristi_krok"),
        ("Бюджет", "бюджет"),
        ("???", "answer"),
        ("x" * 60, "x" * 36),
    ],
)
def test_a_name_is_made_from_the_label(label: str, name: str) -> None:
    assert name_for(label) == name


def test_names_made_from_labels_never_meet() -> None:
    made = completed([Element(Kind.SHORT, label="Budget"), Element(Kind.SHORT, label="Budget"), Element(
        Kind.SHORT, label="Other", name="budget_2")])  # fmt: skip
    assert [element.name for element in made] == ["budget", "budget_3", "budget_2"]
    assert not faults(made)
    assert name_for("x" * 60, {"x" * 36}) == "x" * 34 + "_2"


def test_stored_elements_come_back_as_they_were() -> None:
    script = (*SCRIPT, Element(Kind.RATING, label="How good?", name="good", scale=10, help="Ten is best."))
    assert from_rows(to_rows(script)) == script


@pytest.mark.parametrize(
    ("elements", "found"),
    [
        ([], [(-1, "elements", "no_elements")]),
        ([Element(Kind.TEXT)] * 101, [(-1, "elements", "too_many_elements")]),
        ([Element(Kind.TEXT)], [(0, "text", "no_text")]),
        ([Element(Kind.SHORT)], [(0, "label", "no_label")]),
        ([Element(Kind.SHORT, label="x", name="two words")], [(0, "name", "bad_parameter")]),
        ([Element(Kind.SHORT, label="x", name="_x")], [(0, "name", "bad_parameter")]),
        (
            [Element(Kind.SHORT, label="x", name="A"), Element(Kind.SHORT, label="y", name="a")],
            [(1, "name", "parameter_taken")],
        ),
        ([Element(Kind.SINGLE, label="x", options=("one", " "))], [(0, "options", "too_few_options")]),
        ([Element(Kind.LIST, label="x", options=("one", "One"))], [(0, "options", "option_twice")]),
        ([Element(Kind.LIST, label="x", options=("one", "o" * 101))], [(0, "options", "option_too_long")]),
        ([Element(Kind.RATING, label="x", scale=11)], [(0, "scale", "bad_scale")]),
        ([Element(Kind.SHORT, label="x", help="h" * 301)], [(0, "help", "help_too_long")]),
        ([BUDGET, HAS], [(0, "if", "not_asked_before")]),
        ([HAS, Element(Kind.TEXT, text="x", shown_if=Condition("has", Asks.IS))], [(1, "values", "no_values")]),
        (
            [HAS, Element(Kind.TEXT, text="x", shown_if=Condition("has", Asks.IS, ("Yes", "No")))],
            [(1, "values", "one_value")],
        ),
        (
            [HAS, Element(Kind.TEXT, text="x", shown_if=Condition("has", Asks.ONE_OF, ("Yes", "Maybe")))],
            [(1, "values", "never_the_answer")],
        ),
        (
            [
                Element(Kind.CHECKBOX, label="x", name="x"),
                Element(Kind.TEXT, text="x", shown_if=Condition("x", Asks.IS, ("yes",))),
            ],
            [(1, "values", "only_ticked")],
        ),
        (list(SCRIPT), []),
    ],
)  # fmt: skip
def test_what_is_no_script_is_told_by_place_field_and_code(
    elements: list[Element], found: list[tuple[int, str, str]]
) -> None:
    assert [(fault.place, fault.field, fault.code) for fault in faults(completed(elements))] == found


def test_a_question_can_not_depend_on_itself() -> None:
    own = Element(Kind.SHORT, label="x", name="x", shown_if=Condition("x", Asks.ANSWERED))
    assert [fault.code for fault in faults([own])] == ["not_asked_before"]
