"""The same form sent three times at the same moment, each on a connection of its own: what there is one of is made
once, and whoever comes second reads a sentence, never an error."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from campana.accounts.models import ApiKey, Role, User
from campana.campaigns.models import Campaign
from campana.crm.models import ContactGroup, CustomField, SavedFilter
from campana.hotlines.models import Hotline, Trunk
from campana.scripts.models import ResultSet, Script
from campana.supervision.models import WallLink
from campana.tenancy import system_scope
from campana.workforce.models import Agent, AgentGroup, Holiday, WorkingHours
from support import campaigns as make
from support.cast import Cast, make_cast, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
FILTER = {"name": "Same", "word": "all", "field-0": "name", "op-0": "contains", "value-0": "a", "save": "yes"}
RESULTS = {"name": "Same", "line": "n0", "name-n0": "Yes", "class-n0": "success", "active-n0": "on"}
SCRIPT = {"name": "Same", "line": "n0", "kind-n0": "text", "text-n0": "Good day."}


@pytest.fixture
def lumen(transactional_db: None) -> Cast:
    return make_cast()


def at_once(cast: Cast, where: str, *forms: dict[str, Any]) -> list[Any]:
    begin, clients = Barrier(len(forms)), []
    for _form in forms:
        clients.append(Client(raise_request_exception=False))
        sign_in(clients[-1], cast.ada)

    def send(pair: tuple[Client, dict[str, Any]]) -> Any:
        try:
            begin.wait()
            return pair[0].post(where, pair[1])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(send, zip(clients, forms, strict=True)))


def told(answers: list[Any]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


ONCE: dict[str, tuple[str, dict[str, Any], Callable[[], int]]] = {
    "contact group": ("/groups", {"name": "Same"}, lambda: ContactGroup.objects.filter(name="Same").count()),
    "trunk": (
        "/trunks",
        {"name": "Same", "endpoint": "same", "channels": "3", "calls_per_second": "1"},
        lambda: Trunk.objects.filter(name="Same").count(),
    ),
    "field": ("/fields", {"label": "Same", "type": "text"}, lambda: CustomField.objects.filter(label="Same").count()),
    "filter": ("/filters/new", FILTER, lambda: SavedFilter.objects.filter(name="Same").count()),
    "agent group": ("/agent-groups", {"name": "Same"}, lambda: AgentGroup.objects.filter(name="Same").count()),
    "hours": (
        "/working-hours/new",
        {"name": "Same", "hours_0": "9-17"},
        lambda: WorkingHours.objects.filter(name="Same").count(),
    ),
    "hours by hand": (
        "/working-hours/new",
        {"name": "Same", "hours_0": "9-17", "by_hand": "1"},
        lambda: WorkingHours.objects.filter(name="Same").count(),
    ),
    "holiday": ("/holidays", {"day": "2031-02-01", "name": "Same"}, lambda: Holiday.objects.count()),
    "role": ("/roles/new", {"name": "Same"}, lambda: Role.objects.filter(name="Same").count()),
    "result set": ("/result-sets/new", RESULTS, lambda: ResultSet.objects.filter(name="Same").count()),
    "script": ("/scripts/new", SCRIPT, lambda: Script.objects.filter(name="Same").count()),
    "default script": (
        "/scripts/new",
        {**SCRIPT, "is_default": "on"},
        lambda: Script.objects.filter(name="Same").count(),
    ),
}


@pytest.mark.parametrize("name", ONCE)
def test_three_at_once_make_one_and_two_are_told(name: str, lumen: Cast) -> None:
    where, form, count = ONCE[name]
    answers = at_once(lumen, where, form, form, form)
    assert told(answers)[0] in {302, 303}
    assert set(told(answers)[1:]) <= {409, 422}, told(answers)
    with system_scope():
        assert count() == 1


def test_three_hotlines_of_one_number(lumen: Cast) -> None:
    with system_scope():
        trunk = make.hotline(lumen.lumen).trunk_id
    form = {"number": "+420800111999", "trunk_id": trunk, "label": ""}
    answers = at_once(lumen, "/hotlines", form, form, form)
    assert told(answers) == [303, 422, 422]
    with system_scope():
        assert Hotline.objects.filter(number="420800111999").count() == 1


def test_three_invitations_of_one_person(lumen: Cast) -> None:
    with system_scope():
        role = Role.objects.get(organisation=lumen.lumen, key="operator").pk
    form = {"name": "New", "email": "new@lumen.example", "role": role}
    answers = at_once(lumen, "/people/new", form, form, form)
    assert told(answers) in ([200, 409, 409], [303, 409, 409])
    with system_scope():
        assert User.objects.filter(email="new@lumen.example").count() == 1
        assert Agent.objects.filter(user__email="new@lumen.example").count() == 1


def test_three_saves_of_the_page_of_a_new_campaign_are_one_draft(lumen: Cast) -> None:
    form = {"name": "Spring", "mode": "progressive", "description": "", "draft_key": "a" * 32, "go": "next"}
    at_once(lumen, "/campaigns/new", form, form, form)
    with system_scope():
        assert Campaign.objects.filter(name="Spring").count() == 1


def test_one_person_is_made_an_agent_once(lumen: Cast) -> None:
    form = {"user_id": lumen.carol.pk, "endpoint": "PJSIP/77", "daily_quota": ""}
    assert told(at_once(lumen, "/agents", form, form, form)) == [303, 422, 422]
    with system_scope():
        assert Agent.objects.filter(user=lumen.carol).count() == 1


def test_one_telephone_is_not_given_to_two_people_at_once(lumen: Cast) -> None:
    first = {"user_id": lumen.carol.pk, "endpoint": "PJSIP/77", "daily_quota": ""}
    answers = at_once(lumen, "/agents", first, {**first, "user_id": lumen.ada.pk})
    assert told(answers) == [303, 422]
    assert any("Another agent has this telephone." in answer.content.decode() for answer in answers)
    with system_scope():
        assert Agent.objects.filter(endpoint="PJSIP/77").count() == 1


def test_what_has_no_name_of_its_own_is_made_as_often_as_it_is_asked_for(lumen: Cast) -> None:
    """Two keys or screens may well be called the same; that a form leaves once is the browser's part."""
    with system_scope():
        role = Role.objects.get(organisation=lumen.lumen, key="operator").pk
    key, screen = {"name": "Key", "days": "30", "role": role}, {"name": "Hall", "days": "30"}
    assert told(at_once(lumen, "/api-keys/new", key, key, key)) == [200, 200, 200]
    assert told(at_once(lumen, "/wallboard/links", screen, screen, screen)) == [200, 200, 200]
    with system_scope():
        assert (ApiKey.objects.count(), WallLink.objects.count()) == (3, 3)
