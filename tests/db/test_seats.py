"""Whoever is invited to talk has a place on the floor, and the organisation has results from its first day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from campana.accounts.models import AuditEntry, Role, User
from campana.accounts.operations import change_user as change
from campana.accounts.operations.create_organisation import create_organisation
from campana.accounts.operations.create_user import invite_user
from campana.accounts.operations.links import follow_link
from campana.relay.models import Message
from campana.scripts.models import Result, ResultSet
from campana.tenancy import organisation_scope, system_scope
from campana.workforce.models import Agent
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def invited(cast: Cast, role: str) -> tuple[User, str]:
    found = Role.objects.get(organisation=cast.lumen, key=role)
    return invite_user(actor=actor(cast.ada), email=f"{role}@x.example", name="New", role=found, now=NOW)


def test_an_invited_operator_has_a_place_and_the_engine_hears_when_he_comes(lumen: Cast) -> None:
    user, token = invited(lumen, "operator")
    agent = Agent.objects.get(user=user)
    assert (agent.wanted, agent.online, agent.endpoint) == ("not_ready", False, "")
    assert AuditEntry.objects.get(action="agent.add").object_id == str(agent.pk)
    Message.objects.all().delete()
    follow_link(token=token, password="four words at least", address=None, now=NOW)
    assert [message.kind for message in Message.objects.all()] == ["agents"]


def test_who_does_not_talk_or_also_runs_campaigns_has_none(lumen: Cast) -> None:
    for role in ("supervisor", "administrator"):
        user, _token = invited(lumen, role)
        assert not Agent.objects.filter(user=user).exists()
    watcher = Role.objects.create(organisation=lumen.lumen, key="watcher", permissions=["campaigns.view"])
    user, _token = invite_user(actor=actor(lumen.ada), email="w@x.example", name="W", role=watcher, now=NOW)
    assert not Agent.objects.filter(user=user).exists()


def test_the_place_comes_with_the_role(lumen: Cast) -> None:
    operator = Role.objects.get(organisation=lumen.lumen, key="operator")
    change.change_user(actor=actor(lumen.ada), user=lumen.carol, name="Carol", role=operator, version=1, now=NOW)
    assert Agent.objects.filter(user=lumen.carol).count() == 1


def test_who_is_deactivated_leaves_the_floor_and_comes_back_not_ready(lumen: Cast) -> None:
    Agent.objects.filter(pk=lumen.alice_agent.pk).update(wanted="ready", online=True, dialling=True)
    change.deactivate_user(actor=actor(lumen.ada), user=lumen.alice, now=NOW)
    agent = Agent.objects.get(pk=lumen.alice_agent.pk)
    assert (agent.wanted, agent.online, agent.dialling) == ("not_ready", False, False)
    change.activate_user(actor=actor(lumen.ada), user=lumen.alice, now=NOW)
    agent.refresh_from_db()
    assert (agent.wanted, agent.online) == ("not_ready", False)


def test_an_organisation_begins_with_results_in_its_language(db: None) -> None:
    organisation, _owner = create_organisation(
        slug="zvon",
        name="Zvon",
        owner_email="o@zvon.example",
        owner_name="Olga",
        owner_password="four words at least",
        language="cs",
        now=NOW,
    )
    with system_scope():
        made = ResultSet.objects.get(organisation=organisation)
        assert (made.is_default, made.name) == (True, "Výchozí výsledky")
        assert Result.objects.filter(result_set=made).count() == 6
