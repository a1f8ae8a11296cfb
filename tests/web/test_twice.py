"""Two tabs and double clicks: the second, identical request and the stale page change nothing and say so in words.

Each act is sent twice on a page that was opened before. What is asked for already is either answered as done or
refused with a sentence; it is never an error, and never done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from campana.accounts.models import ApiKey, AuditEntry, Role, User
from campana.automation.models import Webhook
from campana.campaigns.models import Campaign
from campana.crm.models import Contact, ContactGroup, CustomField, SavedFilter
from campana.hotlines.models import Hotline, Trunk
from campana.scripts.models import ResultSet
from campana.tenancy import system_scope
from campana.workforce.models import Agent, AgentGroup, Holiday, WorkingHours
from support import campaigns as make
from support.cast import NOW, Cast, actor, sign_in

pytestmark = pytest.mark.django_db

MADE: tuple[tuple[str, dict[str, Any], Callable[[], int]], ...] = (
    ("/agent-groups", {"name": "North"}, lambda: AgentGroup.objects.filter(name="North").count()),
    ("/working-hours/new", {"name": "Day", "hours_0": "9-17"}, lambda: WorkingHours.objects.filter(name="Day").count()),
    ("/holidays", {"day": "2031-02-01", "name": "Moving"}, lambda: Holiday.objects.filter(name="Moving").count()),
    (
        "/trunks",
        {"name": "Spare", "endpoint": "spare", "channels": "3", "calls_per_second": "1"},
        lambda: Trunk.objects.filter(name="Spare").count(),
    ),
    ("/groups", {"name": "Autumn"}, lambda: ContactGroup.objects.filter(name="Autumn").count()),
    ("/fields", {"label": "Debt", "type": "number"}, lambda: CustomField.objects.filter(label="Debt").count()),
    ("/roles/new", {"name": "Night shift"}, lambda: Role.objects.filter(name="Night shift").count()),
)
"""Things of which there is one of a name: where they are made, with what, and how many there are."""


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.ada)
    return client


@pytest.mark.parametrize(("where", "data", "count"), MADE, ids=[where for where, _data, _count in MADE])
def test_a_double_click_makes_one(where: str, data: dict[str, Any], count: Callable[[], int], ada: Client) -> None:
    first = ada.post(where, data)
    assert first.status_code == 303, first.content.decode()[-2500:]
    second = ada.post(where, data)
    assert second.status_code in {409, 422}, where
    assert 'class="wrong"' in second.content.decode() or 'class="notice' in second.content.decode()
    with system_scope():
        assert count() == 1


def test_inviting_twice_makes_one_person(cast: Cast, ada: Client) -> None:
    with system_scope():
        role = Role.objects.get(organisation=cast.lumen, key="operator")
    form = {"name": "New", "email": "new@lumen.example", "role": role.pk}
    assert ada.post("/people/new", form).status_code in {200, 303}
    again = ada.post("/people/new", form)
    assert again.status_code == 409
    assert "Somebody has this e-mail address already" in again.content.decode()
    with system_scope():
        assert User.objects.filter(email="new@lumen.example").count() == 1
        assert Agent.objects.filter(user__email="new@lumen.example").count() == 1


def things(cast: Cast) -> dict[str, int]:
    """What can be deleted, each with its address."""
    lumen = cast.lumen
    with system_scope():
        spare = Trunk.objects.create(organisation=lumen, name="Spare", endpoint="spare")
        role = Role.objects.create(organisation=lumen, key="spare", name="Spare")
        return {
            f"/agent-groups/{AgentGroup.objects.create(organisation=lumen, name='G').pk}": 404,
            f"/agents/{cast.alice_agent.pk}": 404,
            f"/hotlines/{Hotline.objects.create(organisation=lumen, number='420800111333', trunk=spare).pk}": 404,
            f"/trunks/{Trunk.objects.create(organisation=lumen, name='T', endpoint='t').pk}": 404,
            f"/working-hours/{WorkingHours.objects.create(organisation=lumen, name='W', periods=[[0, 1, 2]]).pk}": 404,
            f"/holidays/{Holiday.objects.create(organisation=lumen, day=NOW.date(), name='H').pk}": 404,
            f"/roles/{role.pk}": 404,
            f"/contacts/{make.contacts(lumen, 1)[0].pk}": 404,
            f"/groups/{ContactGroup.objects.create(organisation=lumen, name='C', created_at=NOW).pk}": 404,
            f"/filters/{SavedFilter.objects.create(organisation=lumen, name='F', created_at=NOW).pk}": 404,
            f"/fields/{CustomField.objects.create(organisation=lumen, key='k', label='K').pk}": 404,
            f"/result-sets/{ResultSet.objects.create(organisation=lumen, name='R').pk}": 404,
        }


def test_what_is_deleted_twice_is_gone_once_and_said_to_be_gone(cast: Cast, ada: Client) -> None:
    for where, status in things(cast).items():
        first = ada.delete(where, headers={"HX-Request": "true"})
        assert first.status_code in {204, 200}, (where, first.content.decode()[:400])
        with system_scope():
            written = AuditEntry.objects.count()
        second = ada.delete(where, headers={"HX-Request": "true"})
        assert second.status_code == status, where
        assert "It does not exist" in second.content.decode(), where
        with system_scope():
            assert AuditEntry.objects.count() == written, where


def test_a_form_of_something_that_is_gone_is_refused_with_words(cast: Cast, ada: Client) -> None:
    for where in things(cast):
        ada.delete(where, headers={"HX-Request": "true"})
        stale = ada.post(where, {"name": "Changed", "label": "Changed"})
        assert stale.status_code in {404, 405}, where


def test_a_key_revoked_twice_is_revoked_once(cast: Cast, ada: Client) -> None:
    with system_scope():
        role = Role.objects.get(organisation=cast.lumen, key="operator")
    ada.post("/api-keys/new", {"name": "Key", "days": "30", "role": role.pk})
    with system_scope():
        key = ApiKey.objects.get()
    for _again in range(2):
        assert ada.delete(f"/api-keys/{key.pk}").status_code in {303, 409}
    with system_scope():
        assert AuditEntry.objects.filter(action="api_key.revoke").count() == 1


def test_who_is_deactivated_twice_is_inactive_once(cast: Cast, ada: Client) -> None:
    for _again in range(2):
        assert ada.delete(f"/people/{cast.bob.pk}/activity").status_code == 303
    with system_scope():
        assert AuditEntry.objects.filter(action="user.state").count() == 1


@pytest.mark.parametrize("verb", ["start", "pause", "finish", "stop"])
def test_a_verb_pressed_twice_is_asked_once(verb: str, cast: Cast, ada: Client) -> None:
    with system_scope():
        campaign = make.approved(cast, make.contacts(cast.lumen, 1))
        if verb != "start":
            make.in_state(campaign, "running", wanted="run")
    where = f"/campaigns/{campaign.pk}/run"
    assert ada.post(where, {"verb": verb}).status_code in {302, 303}
    second = ada.post(where, {"verb": verb})
    with system_scope():
        wanted = Campaign.objects.get(pk=campaign.pk).wanted
        written = AuditEntry.objects.filter(action=f"campaign.{verb}").count()
    if verb == "stop":  # whoever presses it again means what still rings: it is done again
        assert (second.status_code, wanted, written) == (302, "pause", 2)
    else:
        assert (second.status_code, written) == (409, 1)
        assert "already" in second.content.decode()


def test_two_who_approve_and_reject_at_once_are_told_what_became_of_it(cast: Cast, ada: Client) -> None:
    with system_scope():
        campaign = make.built(cast, make.contacts(cast.lumen, 1))
    assert ada.post(f"/campaigns/{campaign.pk}/approval").status_code in {302, 303}
    for act in ("approval", "rejection"):
        assert ada.post(f"/campaigns/{campaign.pk}/{act}").status_code == 409, act
    with system_scope():
        assert Campaign.objects.get(pk=campaign.pk).state == "scheduled"


def test_a_stale_step_of_the_stepper_does_not_overwrite(cast: Cast, ada: Client) -> None:
    with system_scope():
        campaign = make.draft(cast)
    where = f"/campaigns/{campaign.pk}/settings/mode"
    form = {"mode": "progressive", "name": "First", "description": "", "version": campaign.version}
    assert ada.post(where, form).status_code == 303
    stale = ada.post(where, {**form, "name": "Second"})
    assert stale.status_code == 409
    assert "Second" in stale.content.decode(), "what was typed is kept"
    with system_scope():
        assert Campaign.objects.get(pk=campaign.pk).name == "First"


def test_a_stale_card_of_a_contact_does_not_overwrite(cast: Cast, ada: Client) -> None:
    with system_scope():
        [contact] = make.contacts(cast.lumen, 1)
    form = {"name": "First", "stage": "customer", "version": contact.version}
    assert ada.post(f"/contacts/{contact.pk}", form).status_code == 303
    stale = ada.post(f"/contacts/{contact.pk}", {**form, "name": "Second"})
    assert stale.status_code == 409
    with system_scope():
        assert Contact.objects.get(pk=contact.pk).name == "First"


def test_a_webhook_removed_twice_is_gone(cast: Cast, ada: Client) -> None:
    from campana.automation import operations

    with system_scope():
        hook, _secret = operations.add_webhook(
            url="https://example.com/hook", events=["task.final"], actor=actor(cast.ada), now=NOW
        )
    answers = [ada.post(f"/webhooks/{hook.pk}/removal").status_code for _again in range(2)]
    assert answers[0] in {302, 303}
    assert answers[1] == 404
    with system_scope():
        assert not Webhook.objects.exists()
