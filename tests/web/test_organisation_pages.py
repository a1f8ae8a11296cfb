"""People, roles, keys, settings and the audit log as an administrator meets them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.test import Client

from campana.accounts import permissions
from campana.accounts.audit_words import action_words
from campana.accounts.labels import PERMISSION_GROUPS, permission_label
from campana.accounts.models import ApiKey, AuditEntry, Organisation, Role, User
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.queries import actor_of_key
from campana.relay.models import Message
from campana.scripts.operations import create_script
from campana.tenancy import organisation_scope, system_scope
from campana.ui.moments import phone
from support import calls as make
from support.cast import NOW, Cast, actor, sign_in


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campana.accounts.web.now", lambda: NOW)


@pytest.fixture
def ada(client: Client, cast: Cast) -> Client:
    sign_in(client, cast.ada)
    return client


def role(cast: Cast, key: str) -> Role:
    with system_scope():
        return Role.objects.get(organisation=cast.lumen, key=key)


def fields(page: Any) -> dict[str, Any]:
    """What a browser would send back of a form that nobody touched."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def test_the_list_shows_our_people_only_and_finds_by_name(ada: Client, cast: Cast) -> None:
    text = ada.get("/people").content.decode()
    assert "alice@lumen.example" in text
    assert "dave@other.example" not in text
    text = ada.get("/people", {"search": "caro"}).content.decode()
    assert "carol@lumen.example" in text
    assert "alice@lumen.example" not in text


def test_names_are_escaped(ada: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.bob.pk).update(name="<script>alert(1)</script>")
    for page in ("/people", f"/people/{cast.bob.pk}", "/audit"):
        assert "<script>alert(1)" not in ada.get(page).content.decode()


def test_a_person_is_changed_and_a_stale_page_is_refused(ada: Client, cast: Cast) -> None:
    page = fields(ada.get(f"/people/{cast.alice.pk}"))
    change = {**page, "name": "Alicia", "role": role(cast, "supervisor").pk}
    assert ada.post(f"/people/{cast.alice.pk}", change).status_code == 303
    stale = ada.post(f"/people/{cast.alice.pk}", {**page, "name": "Alix"})
    assert stale.status_code == 409
    assert "Somebody else changed this" in stale.content.decode()
    user = User.objects.get(pk=cast.alice.pk)
    assert user.name == "Alicia"
    assert user.role_id == role(cast, "supervisor").pk


def test_deactivating_signs_out_at_once_and_can_be_undone(ada: Client, cast: Cast) -> None:
    alice = Client()
    sign_in(alice, cast.alice)
    assert alice.get("/profile").status_code == 200
    ada.delete(f"/people/{cast.alice.pk}/activity")
    assert alice.get("/profile").status_code == 302
    ada.put(f"/people/{cast.alice.pk}/activity")
    assert alice.get("/profile").status_code == 200


def test_a_refusal_in_a_fragment_is_a_sentence_in_its_place(ada: Client, cast: Cast) -> None:
    answer = ada.delete(f"/people/{cast.ada.pk}/activity", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#says"
    assert "your own account" in answer.content.decode()


def test_a_role_of_ones_own_is_made_used_and_deleted(ada: Client, cast: Cast) -> None:
    new = {"name": "Night shift", "permissions": [permissions.CALLS_MAKE, permissions.CAMPAIGNS_VIEW]}
    assert ada.post("/roles/new", new).status_code == 303
    made = role(cast, "night-shift")
    User.objects.filter(pk=cast.bob.pk).update(role=made)
    assert ada.delete(f"/roles/{made.pk}").status_code == 409
    User.objects.filter(pk=cast.bob.pk).update(role=role(cast, "operator"))
    assert ada.delete(f"/roles/{made.pk}").status_code == 303
    assert ada.delete(f"/roles/{role(cast, 'operator').pk}").status_code == 409
    assert ada.post("/roles/new", {**new, "name": "Operator"}).status_code == 409


def test_editing_a_role_changes_what_its_people_may_at_once(ada: Client, cast: Cast) -> None:
    carol = Client()
    sign_in(carol, cast.carol)
    assert carol.get("/audit").status_code == 403
    supervisor = role(cast, "supervisor")
    page = fields(ada.get(f"/roles/{supervisor.pk}"))
    change = {**page, "permissions": [*page["permissions"], permissions.AUDIT_VIEW]}
    assert ada.post(f"/roles/{supervisor.pk}", change).status_code == 303
    assert carol.get("/audit").status_code == 200
    assert ada.post(f"/roles/{supervisor.pk}", change).status_code == 409, "the page is stale now"


def test_the_page_of_a_role_has_a_tick_for_every_permission(ada: Client, cast: Cast) -> None:
    text = ada.get(f"/roles/{role(cast, 'supervisor').pk}").content.decode()
    ticks = dict(re.findall(r'type="checkbox" name="permissions" value="([\w.]+)"( checked)?', text))
    assert set(ticks) == set(permissions.ALL)
    assert {name for name, checked in ticks.items() if checked} == set(permissions.PRESETS["supervisor"])


def test_the_administrator_keeps_every_permission(ada: Client, cast: Cast) -> None:
    change = {"version": 1, "permissions": [permissions.CALLS_MAKE]}
    assert ada.post(f"/roles/{role(cast, 'administrator').pk}", change).status_code == 409
    assert ada.get("/people").status_code == 200


def test_supervisors_approve_where_the_organisation_says_so(ada: Client, cast: Cast) -> None:
    assert not actor(cast.carol).can(permissions.CAMPAIGNS_APPROVE)
    page = fields(ada.get("/organisation"))
    assert ada.post("/organisation", {**page, "supervisors_approve": "on"}).status_code == 303
    assert actor(User.objects.get(pk=cast.carol.pk)).can(permissions.CAMPAIGNS_APPROVE)


def test_a_key_is_shown_once_and_works(ada: Client, cast: Cast) -> None:
    new = {"name": "Import", "role": role(cast, "supervisor").pk, "days": "30", "scopes": [permissions.CONTACTS_VIEW]}
    text = ada.post("/api-keys/new", new).content.decode()
    found = re.search(r"cmp_[0-9a-f]{8}_[\w-]{43}", text)
    assert found
    acting = actor_of_key(found.group(), now=NOW)
    assert acting is not None
    assert acting.permissions == {permissions.CONTACTS_VIEW}
    assert found.group() not in ada.get("/api-keys").content.decode()
    with system_scope():
        key = ApiKey.objects.get()
    assert ada.delete(f"/api-keys/{key.pk}").status_code == 303
    assert actor_of_key(found.group(), now=NOW) is None


def test_settings_are_saved_audited_and_told_to_the_engine(ada: Client, cast: Cast) -> None:
    page = fields(ada.get("/organisation"))
    change = {**page, "licence_calls": 40, "reserved_calls": 5, "blocked_prefixes": "+420906, 420909"}
    assert ada.post("/organisation", change).status_code == 303
    lumen = Organisation.objects.get(pk=cast.lumen.pk)
    assert (lumen.licence_calls, lumen.reserved_calls) == (40, 5)
    assert lumen.blocked_prefixes == ["420906", "420909"]
    with system_scope():
        entry = AuditEntry.objects.get(action="organisation.change")
        assert entry.after == {"licence_calls": 40, "reserved_calls": 5, "blocked_prefixes": ["420906", "420909"]}
        assert [message.kind for message in Message.objects.all()] == ["organisation"]
    assert ada.post("/organisation", change).status_code == 409, "the page is stale now"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("reserved_calls", "100", "must be smaller than the 100 calls"),
        ("licence_calls", "0", "greater than or equal to 1"),
        ("blocked_prefixes", "premium", "“premium” does not"),
        ("time_zone", "Moon/Crater", "not one of the available choices"),
        ("name", " ", "required"),
    ],
)
def test_a_wrong_setting_is_said_at_its_field(ada: Client, cast: Cast, field: str, value: str, words: str) -> None:
    answer = ada.post("/organisation", {**fields(ada.get("/organisation")), field: value})
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[field])
    assert Organisation.objects.get(pk=cast.lumen.pk).version == 1


def test_the_emergency_stop_is_pressed_and_released_by_whoever_runs_campaigns(client: Client, cast: Cast) -> None:
    sign_in(client, cast.carol)
    for _ in range(2):
        assert client.put("/emergency-stop").status_code == 303
    assert Organisation.objects.get(pk=cast.lumen.pk).emergency_stopped_at is not None
    assert Organisation.objects.get(pk=cast.other.pk).emergency_stopped_at is None
    client.delete("/emergency-stop")
    assert Organisation.objects.get(pk=cast.lumen.pk).emergency_stopped_at is None
    with system_scope():
        assert [message.kind for message in Message.objects.all()] == ["organisation"] * 2
    sign_in(client, cast.alice)
    assert client.put("/emergency-stop").status_code == 403


def note(cast: Cast, count: int, by: User, action: str = "contact.delete", after: timedelta = timedelta()) -> None:
    with organisation_scope(by.organisation_id):
        for number in range(count):
            record_audit(actor=actor(by), action=action, object_type="contact", object_id=number, now=NOW + after)


def test_the_audit_log_is_paged_without_losing_or_repeating_entries_of_one_instant(ada: Client, cast: Cast) -> None:
    note(cast, 250, cast.carol)
    note(cast, 7, cast.dave)
    seen: list[int] = []
    address = "/audit?kind="
    while address:
        page = ada.get(address)
        seen += [row["entry"].pk for row in page.context["rows"]]
        address = page.context["next"]
    with system_scope():
        assert seen == [entry.pk for entry in AuditEntry.objects.filter(organisation=cast.lumen).order_by("-id")]


def test_the_audit_log_is_filtered_by_person_kind_and_local_day(ada: Client, cast: Cast) -> None:
    note(cast, 2, cast.carol, "organisation.stop")
    note(cast, 3, cast.ada, "role.change", after=timedelta(hours=14, minutes=30))  # 00:30 of the 8th in Prague

    def found(**asked: object) -> int:
        return len(ada.get("/audit", asked).context["rows"])

    assert found() == 5
    assert found(user=cast.carol.pk) == 2
    assert found(kind="role") == 3
    assert found(**{"from": "2030-01-08"}) == 3
    assert found(to="2030-01-07") == 2
    assert found(user=cast.dave.pk) == 0


@pytest.mark.parametrize(
    "value", ["'", "\x00", "9" * 40, "0000-00-00", "9999-12-31", "x_1", "2030-01-07T09:00:00+00:00_9999999999999999999"]
)
def test_a_filter_nobody_can_read_breaks_nothing(ada: Client, cast: Cast, value: str) -> None:
    answered = 400 if value == "\x00" else 200
    for name in ("user", "kind", "object", "from", "to", "before"):
        assert ada.get("/audit", {name: value}).status_code == answered, name
    for name in ("search", "state"):
        assert ada.get("/people", {name: value}).status_code == answered, name


def test_an_audit_action_is_told_in_words(ada: Client, cast: Cast) -> None:
    ada.put("/emergency-stop")
    text = ada.get("/audit").content.decode()
    assert "Stopped all campaigns at once" in text
    assert "organisation.stop" not in text


def test_every_permission_can_be_ticked_by_its_label() -> None:
    ticks = [name for _group, entries in PERMISSION_GROUPS for name, _label in entries]
    assert sorted(ticks) == sorted(permissions.ALL)
    assert [name for name in permissions.ALL if permission_label(name) == name] == []


def test_an_action_of_an_app_that_said_nothing_is_still_no_code() -> None:
    assert action_words("bell.explode") == "Another act"
    assert action_words("role.explode") == "Another act: Roles"


def test_numbers_are_hidden_from_whoever_does_not_edit_contacts_where_the_organisation_says_so(cast: Cast) -> None:
    def read(user: User) -> str:
        request = HttpRequest()
        request.actor = actor(User.objects.get(pk=user.pk))  # type: ignore[attr-defined]
        return Template('{% load ui %}{% phone "420606000111" %}').render(Context({"request": request}))

    assert read(cast.alice) == "+420 606 000 111"
    Organisation.objects.filter(pk=cast.lumen.pk).update(mask_numbers=True)
    assert read(cast.alice) == "…11"
    assert read(cast.carol) == "+420 606 000 111"


def test_neither_a_title_nor_a_script_tells_a_hidden_number(cast: Cast, client: Client) -> None:
    Organisation.objects.filter(pk=cast.lumen.pk).update(mask_numbers=True)
    with organisation_scope(cast.lumen.pk):
        said = [{"kind": "text", "text": "Is {number} your number?"}]
        script = create_script(actor=actor(cast.ada), name="Offer", elements=said, now=NOW)
        call = make.attempt(make.bare_campaign(cast.lumen, script_id=script.pk), cast.alice_agent, ended_at=None)
        call.contact.name = ""
        call.contact.save()
        place = {"state": "in_call", "attempt_id": call.pk, "task_id": call.task_id}
        type(cast.alice_agent).objects.filter(pk=cast.alice_agent.pk).update(**place)
    sign_in(client, cast.alice)
    for where in ("/desk", f"/calls/{call.pk}"):
        page = client.get(where).content.decode()
        assert f"…{call.number[-2:]}" in page, where
        assert call.number not in page, where
        assert phone(call.number) not in page, where


def test_roles_with_names_in_another_alphabet_do_not_take_each_others_place(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    for name in ("Смена 1", "Отдел 1", "Смена", "Отдел", "Sales 1"):
        assert client.post("/roles/new", {"name": name}).status_code == 303, name
    again = client.post("/roles/new", {"name": "отдел 1"})
    assert (again.status_code, "There is a role with this name." in again.content.decode()) == (409, True)
    with system_scope():
        assert Role.objects.filter(organisation=cast.lumen, name="Отдел 1").count() == 1
