"""Two people, or one with two tabs, change the same settings: the later one is told, and nothing is undone silently.

Both pages were open before either was saved. The refused one keeps what was typed; a page that is loaded anew can be
saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from campana.accounts.models import ApiKey, Role, User
from campana.accounts.operations.api_keys import create_api_key
from campana.automation import operations as webhooks
from campana.crm.models import ContactGroup, CustomField, SavedFilter
from campana.hotlines.models import Sound, Trunk
from campana.hotlines.operations import answer_calls, speak_sound
from campana.speech.espeak import Espeak
from campana.tenancy import system_scope
from campana.workforce.models import AgentGroup
from campana.workforce.operations import limit_key, save_group
from support import campaigns as make
from support.cast import NOW, Cast, actor, sign_in

pytestmark = pytest.mark.django_db
Typed = dict[str, Any]
WORDS = "Somebody else changed this after you opened it."


class Forms(HTMLParser):
    """What a browser would send of each form of a page, under the name of the address it is sent to."""

    def __init__(self, page: str, where: str) -> None:
        super().__init__()
        self.found: dict[str, Typed] = {}
        self._where, self._form, self._list, self._text = where, "", "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self._form = has.get("action") or self._where
            self.found.setdefault(self._form, {})
        elif tag == "select":
            self._list = has.get("name") or ""
        elif tag == "textarea":
            self._text = has.get("name") or ""
            self._add(self._text, "")
        elif tag == "option" and "selected" in has:
            self._add(self._list, has.get("value"))
        elif tag == "input" and (has.get("type") not in {"checkbox", "radio"} or "checked" in has):
            self._add(has.get("name"), has.get("value", "on"))

    def handle_data(self, data: str) -> None:
        if self._text:
            kept = self.found[self._form][self._text]
            kept[-1] += data.removeprefix("\n") if not kept[-1] else data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""

    def _add(self, name: str | None, value: str | None) -> None:
        if name and name != "csrfmiddlewaretoken" and self._form:
            self.found[self._form].setdefault(name, []).append(value or "")


@pytest.fixture
def ada(cast: Cast, client: Client, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    settings.AUDIO_ROOT = tmp_path
    monkeypatch.setattr("campana.hotlines.web.now", lambda: NOW)
    sign_in(client, cast.ada)
    return client


def a_trunk(cast: Cast) -> str:
    return f"/trunks/{Trunk.objects.create(organisation=cast.lumen, name='Old', endpoint='old').pk}"


def a_hotline(cast: Cast) -> str:
    return f"/hotlines/{make.hotline(cast.lumen, label='Old').pk}"


def answered(cast: Cast) -> str:
    line = make.hotline(cast.lumen)
    answer_calls(hotline_id=line.pk, actor=actor(cast.ada), agents=[cast.alice_agent.pk], now=NOW)
    return f"/hotlines/{line.pk}"


def a_sound(cast: Cast) -> str:
    row = Sound(organisation=cast.lumen, name="Old", file="1/old", seconds=1, size=1, source="wav", added_at=NOW)
    row.save()
    return f"/audio/{row.pk}"


def a_spoken_sound(cast: Cast) -> str:
    made = speak_sound(actor=actor(cast.ada), name="Closed", text="We are closed.", voice="cs+f3", now=NOW)
    return f"/audio/{made.pk}"


def a_contact_group(cast: Cast) -> str:
    return f"/groups/{make.group_of(cast.lumen, 'Old', []).pk}"


def a_field(cast: Cast) -> str:
    rows = CustomField.objects
    made = rows.create(organisation=cast.lumen, key="k", label="Old", type="list", choices=["a", "b"])
    return f"/fields/{made.pk}"


def a_filter(cast: Cast) -> str:
    condition = {"all": [{"field": "name", "op": "contains", "value": "old"}]}
    made = SavedFilter.objects.create(organisation=cast.lumen, name="Old", condition=condition, created_at=NOW)
    return f"/filters/{made.pk}"


def an_agent(cast: Cast) -> str:
    return f"/agents/{cast.alice_agent.pk}"


def an_agent_group(cast: Cast) -> str:
    made = AgentGroup.objects.create(organisation=cast.lumen, name="Old")
    save_group(group_id=made.pk, actor=actor(cast.ada), name="Old", members=[cast.alice_agent.pk], now=NOW)
    return f"/agent-groups/{made.pk}"


def a_limited_key(cast: Cast) -> str:
    groups = [AgentGroup.objects.create(organisation=cast.lumen, name=name).pk for name in ("North", "South")]
    role = Role.objects.get(organisation=cast.lumen, key="operator")
    key, _secret = create_api_key(actor=actor(cast.ada), name="Key", role=role, now=NOW)
    limit_key(actor=actor(cast.ada), key=key, groups=groups[:1], now=NOW)
    return f"/api-keys/{key.pk}/groups"


def a_webhook(cast: Cast) -> str:
    made, _secret = webhooks.add_webhook(
        url="https://example.com/old", events=["task.final"], actor=actor(cast.ada), now=NOW
    )
    return f"/webhooks/{made.pk}"


def groups(cast: Cast) -> list[int]:
    return list(AgentGroup.objects.filter(organisation=cast.lumen).order_by("pk").values_list("pk", flat=True))


Change = Callable[[Cast], Typed]
PAGES: Mapping[str, tuple[Callable[[Cast], str], str, Change, Change]] = {
    "trunk": (a_trunk, "", lambda _: {"channels": "12"}, lambda _: {"name": "Mine"}),
    "hotline": (a_hotline, "", lambda _: {"label": "Orders"}, lambda _: {"enabled": None}),
    "shown by": (
        a_hotline,
        "",
        lambda cast: {"agents": [cast.alice_agent.pk]},
        lambda cast: {"agents": [cast.bob_agent.pk]},
    ),
    "answering": (answered, "/answering", lambda _: {"ring": "7"}, lambda _: {"max_wait": "77"}),
    "answering people": (
        answered,
        "/answering",
        lambda cast: {"agents": [cast.alice_agent.pk, cast.bob_agent.pk]},
        lambda _: {"recording": "on"},
    ),
    "nobody answered": (
        a_hotline,
        "/answering",
        lambda cast: {"agents": [cast.alice_agent.pk]},
        lambda cast: {"agents": [cast.bob_agent.pk]},
    ),
    "sound": (a_sound, "", lambda _: {"name": "Waltz"}, lambda _: {"kind": "prompt"}),
    "contact group": (a_contact_group, "", lambda _: {"name": "Spring"}, lambda _: {"name": "Autumn"}),
    "field": (a_field, "", lambda _: {"choices": "a\nb\nc"}, lambda _: {"label": "Mine"}),
    "filter": (a_filter, "", lambda _: {"value-0": "new"}, lambda _: {"name": "Mine"}),
    "agent": (an_agent, "", lambda _: {"daily_quota": "5"}, lambda _: {"endpoint": "PJSIP/7"}),
    "agent group": (
        an_agent_group,
        "",
        lambda cast: {"members": [cast.alice_agent.pk, cast.bob_agent.pk]},
        lambda _: {"name": "Mine"},
    ),
    "limits of a key": (
        a_limited_key,
        "",
        lambda cast: {"groups": groups(cast)[1:]},
        lambda cast: {"groups": groups(cast)},
    ),
    "webhook": (
        a_webhook,
        "",
        lambda _: {"events": ["task.final", "attempt.ended"]},
        lambda _: {"url": "https://example.com/mine"},
    ),
}
"""What has a page of settings: how it comes to be, which form of its page, and what each of two people changes."""


def opened(client: Client, where: str, form: str) -> Typed:
    page = client.get(where)
    assert page.status_code == 200
    found = Forms(page.content.decode(), where).found
    return {name: given for name, given in found[where + form].items() if name not in {"add", "count"}}


def changed(form: Typed, change: Typed) -> Typed:
    return {name: given for name, given in (form | change).items() if given is not None}


@pytest.mark.parametrize("name", PAGES)
def test_the_later_of_two_tabs_is_told_and_undoes_nothing(name: str, cast: Cast, ada: Client) -> None:
    make_it, form, hers, his = PAGES[name]
    with system_scope():
        where = make_it(cast)
        first, second = hers(cast), his(cast)
    tab, other = opened(ada, where, form), opened(ada, where, form)
    assert tab == other
    assert ada.post(where + form, changed(tab, first)).status_code == 303
    stored = opened(ada, where, form)
    assert stored != tab, "the first change is to be seen"

    refused = ada.post(where + form, changed(other, second))
    page = refused.content.decode()
    assert (refused.status_code in {409, 422}, WORDS in page) == (True, True), page[-3000:]
    assert opened(ada, where, form) == stored, "what the first saved is undone"
    typed = {key: given if isinstance(given, list) else [given] for key, given in changed(other, second).items()}
    shown = Forms(page, where).found[where + form]
    for key, given in typed.items():
        assert sorted(map(str, shown[key])) == sorted(map(str, given)), f"{key} is not kept as it was typed"

    again = ada.post(where + form, changed(stored, second))
    assert again.status_code == 303, "the page as it is now can be saved"
    assert opened(ada, where, form) != stored


def test_two_forms_of_one_page_do_not_hinder_each_other(cast: Cast, ada: Client) -> None:
    with system_scope():
        where = answered(cast)
    line, people = opened(ada, where, ""), opened(ada, where, "/answering")
    assert ada.post(where, changed(line, {"label": "Orders"})).status_code == 303
    assert ada.post(f"{where}/answering", changed(people, {"ring": "7"})).status_code == 303


def test_a_refused_form_leaves_the_other_one_of_the_page_as_it_is_stored(cast: Cast, ada: Client) -> None:
    with system_scope():
        where = answered(cast)
    line, people = opened(ada, where, ""), opened(ada, where, "/answering")
    assert ada.post(where, changed(line, {"label": "Orders"})).status_code == 303
    wrong = ada.post(f"{where}/answering", changed(people, {"ring": "1"}))
    assert wrong.status_code == 422
    shown = Forms(wrong.content.decode(), where).found[where]
    assert ada.post(where, changed(shown, {"label": "Sales"})).status_code == 303


@pytest.mark.skipif(not Espeak().ready, reason="no program that speaks")
def test_words_of_a_sound_changed_by_two_are_not_undone(cast: Cast, ada: Client) -> None:
    with system_scope():
        where = a_spoken_sound(cast)
    tab = opened(ada, where, "/words")
    assert ada.post(f"{where}/words", changed(tab, {"text": "Until Monday."})).status_code == 303
    refused = ada.post(f"{where}/words", changed(tab, {"text": "Until Friday."}))
    assert (refused.status_code, WORDS in refused.content.decode()) == (409, True)
    assert "Until Friday." in refused.content.decode()
    with system_scope():
        assert Sound.objects.get().text == "Until Monday."


def test_counting_and_one_more_line_keep_what_a_filter_was_opened_with(cast: Cast, ada: Client) -> None:
    with system_scope():
        where = a_filter(cast)
    tab, other = opened(ada, where, ""), opened(ada, where, "")
    assert ada.post(where, changed(tab, {"value-0": "new"})).status_code == 303
    counted = ada.post(where, changed(other, {"name": "Mine", "count": "yes"}))
    assert counted.status_code == 200
    later = Forms(counted.content.decode(), where).found[where]
    assert ada.post(where, later).status_code == 409


def test_an_older_page_of_a_person_does_not_take_back_the_name_he_gave_himself(cast: Cast, ada: Client) -> None:
    where = f"/people/{cast.alice.pk}"
    page = unescape(ada.get(where).content.decode())
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version is not None
    own = Client()
    sign_in(own, cast.alice)
    profile = {"name": "Alice Nova", "language": "", "time_zone": "", "theme": ""}
    assert own.post("/profile", profile).status_code == 303
    with system_scope():
        role = User.objects.get(pk=cast.alice.pk).role_id
    refused = ada.post(where, {"name": "Alice", "role": role, "version": version[1]})
    assert (refused.status_code, WORDS in refused.content.decode()) == (409, True)
    with system_scope():
        assert User.objects.get(pk=cast.alice.pk).name == "Alice Nova"


def test_what_was_deleted_meanwhile_does_not_come_back_by_a_name(cast: Cast, ada: Client) -> None:
    from campana.crm import operations
    from campana.kernel.refusals import NotFound

    with system_scope():
        group = make.group_of(cast.lumen, "Old", [])
        field = CustomField.objects.create(organisation=cast.lumen, key="k", label="Old")
        kept = SavedFilter.objects.create(organisation=cast.lumen, name="Old", created_at=NOW)
        who = actor(cast.ada)
        for model in (ContactGroup, CustomField, SavedFilter):
            model.objects.all().delete()
        with pytest.raises(NotFound):
            operations.rename_group(actor=who, group=group, name="New", now=NOW)
        with pytest.raises(NotFound):
            operations.save_field(actor=who, field=field, label="New", now=NOW)
        condition = {"all": [{"field": "name", "op": "contains", "value": "a"}]}
        with pytest.raises(NotFound):
            operations.save_filter(actor=who, saved=kept, name="New", condition=condition, now=NOW)
        assert not any(model.objects.exists() for model in (ContactGroup, CustomField, SavedFilter, ApiKey))
