"""Result sets: seeded in the organisation's language, changed line by line, never lost to the reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from campana.calls.models import Attempt
from campana.kernel.refusals import Invalids, Refused
from campana.scripts import operations
from campana.scripts.models import Result, ResultSet
from campana.tenancy import organisation_scope
from support import campaigns as make
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def line(name: str, result_class: str = "success", **more: Any) -> dict[str, Any]:
    return {"name": name, "result_class": result_class, **more}


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Success"), ("vi", "Thành công"), ("cs", "Úspěch"), ("ru", "Успех")]
)
def test_the_default_set_speaks_the_organisations_language(lumen: Cast, language: str, name: str) -> None:
    lumen.lumen.language = language
    made = operations.default_result_set(lumen.lumen)
    assert made == operations.default_result_set(lumen.lumen)
    found = {result.result_class: result.name for result in made.results.all()}
    assert set(found) == set(Result.Class.values)
    assert found["success"] == name


def test_a_new_campaign_has_the_default_set(lumen: Cast) -> None:
    campaign = make.draft(lumen)
    assert campaign.result_set
    assert campaign.result_set.is_default


def test_results_keep_their_identity_change_names_and_order(lumen: Cast) -> None:
    carol = actor(lumen.carol)
    made = operations.create_result_set(
        actor=carol, name="Survey", results=[line("Yes"), line("No", "refusal"), line("Later", "call_back")], now=NOW
    )
    yes, no, _later = made.results.all()
    operations.save_result_set(
        result_set_id=made.pk,
        actor=carol,
        name="Survey",
        results=[line("Yes", "refusal", id=no.pk), line("No", id=yes.pk)],
        now=NOW,
    )
    assert [(row.pk, row.name) for row in made.results.all()] == [(no.pk, "Yes"), (yes.pk, "No")]


def test_a_result_calls_refer_to_is_switched_off_not_deleted(lumen: Cast) -> None:
    carol = actor(lumen.carol)
    made = operations.create_result_set(actor=carol, name="Survey", results=[line("Yes"), line("No")], now=NOW)
    said = made.results.first()
    assert said
    campaign = make.approved(lumen, make.contacts(lumen.lumen, 1), result_set=made.pk)
    task, hotline = make.tasks(campaign)[0], campaign.hotlines.get()
    Attempt.objects.create(
        id=1,
        organisation=lumen.lumen,
        campaign=campaign,
        task=task,
        contact=task.contact,
        number=task.number,
        hotline=hotline,
        trunk=hotline.trunk,
        mode="progressive",
        state="ended",
        began_at=NOW,
        ended_at=NOW,
        result=said,
    )
    operations.save_result_set(result_set_id=made.pk, actor=carol, name="Survey", results=[line("No")], now=NOW)
    said.refresh_from_db()
    assert not said.active
    with pytest.raises(Refused) as refused:
        operations.delete_result_set(result_set_id=made.pk, actor=carol, now=NOW)
    assert refused.value.facts == {"users": campaign.name}


def test_every_wrong_line_is_named(lumen: Cast) -> None:
    with pytest.raises(Invalids) as refused:
        operations.create_result_set(
            actor=actor(lumen.carol),
            name="Bad",
            results=[line("", active=False), line("A", "nonsense", active=False), line("a", active=False)],
            now=NOW,
        )
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("results.0.name", "name_needed"),
        ("results.1.result_class", "no_such_class"),
        ("results.2.name", "name_taken"),
        ("results", "no_active_result"),
    ]


def test_the_default_set_stays(lumen: Cast) -> None:
    made = operations.default_result_set(lumen.lumen)
    with pytest.raises(Refused) as refused:
        operations.delete_result_set(result_set_id=made.pk, actor=actor(lumen.carol), now=NOW)
    assert refused.value.code == "default_result_set"
    assert ResultSet.objects.filter(pk=made.pk).exists()
