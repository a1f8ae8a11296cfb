"""Carol is limited to the group North: South's agents, campaigns, tasks and calls do not exist for her (CAM-759).

The routes and operations are walked, so a later page or request is asked without being named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from campana.accounts.models import ApiKey, AuditEntry, Organisation
from campana.accounts.operations.change_user import change_user
from campana.calls.models import Attempt
from campana.campaigns import operations as campaigns
from campana.campaigns.models import Campaign
from campana.config.api import api
from campana.kernel.refusals import Invalids, NotFound, Refused
from campana.supervision.listening import Change, Listener, listener_of
from campana.tenancy import organisation_scope, system_scope
from campana.workforce import operations
from campana.workforce.models import Agent, AgentGroup, AgentGroupMember
from support import calls as make
from support.api import ApiClient
from support.cast import NOW, Cast, actor, api_key, sign_in
from support.routes import Route, all_routes
from support.rows import fingerprint

pytestmark = pytest.mark.django_db

PAGES = [route for route in all_routes() if route.pattern.startswith(("campaigns/<", "calls/<", "agent"))]
PAGES = [route for route in PAGES if "<" in route.pattern]
LISTS = [route for route in all_routes() if "<" not in route.pattern]


@dataclass
class Side:
    """A group with its agent, a campaign of the group, a call of the agent and one that reached nobody."""

    group: AgentGroup
    agent: int
    campaign: Campaign
    call: Attempt
    unanswered: Attempt

    @property
    def ids(self) -> dict[str, int]:
        return {
            "campaigns": self.campaign.pk,
            "calls": self.call.pk,
            "attempts": self.call.pk,
            "agents": self.agent,
            "agent-groups": self.group.pk,
            "contacts": self.call.task_id,
            "tasks": self.call.task_id,
        }


@dataclass
class World:
    cast: Cast
    north: Side
    south: Side
    key: str


def side(cast: Cast, name: str, agent: Any) -> Side:
    group = AgentGroup.objects.create(organisation=cast.lumen, name=f"{name} group")
    AgentGroupMember.objects.create(organisation=cast.lumen, group=group, agent=agent)
    campaign = make.bare_campaign(cast.lumen, name=f"{name} campaign")
    campaign.groups.add(group, through_defaults={"organisation": cast.lumen})
    call = make.attempt(campaign, agent)
    call.contact.name = call.contact.search = f"{name} contact"
    call.contact.save()
    return Side(group, agent.pk, campaign, call, make.attempt(campaign))


@pytest.fixture
def world(cast: Cast) -> World:
    key = api_key(cast.lumen, "supervisor")
    with system_scope():
        type(cast.bob).objects.filter(pk=cast.bob.pk).update(name="South agent")
        north, south = side(cast, "North", cast.alice_agent), side(cast, "South", cast.bob_agent)
        make.results(cast.lumen)
        ApiKey.objects.update(limited_to=[north.group.pk])
        Organisation.objects.update(supervisors_approve=True)
    limit(cast, [north.group.pk])
    return World(cast, north, south, key)


def limit(cast: Cast, groups: list[int] | None) -> None:
    with organisation_scope(cast.lumen.pk):
        cast.carol.refresh_from_db()
        operations.limit_person(
            actor=actor(cast.ada), user=cast.carol, groups=groups, version=cast.carol.version, now=NOW
        )
        cast.carol.refresh_from_db()


def address(pattern: str, ids: dict[str, int]) -> str:
    """Each number of the path is one of ``ids``, by the word in front of it."""

    def fill(match: re.Match[str]) -> str:
        word, kind = match.group(1), match.group(2)
        return f"{word}/{ids[word] if kind == 'int' and word in ids else 'general' if kind == 'slug' else 0}"

    return "/" + re.sub(r"([\w-]+)/<(\w+):\w+>", fill, pattern)


def ask(client: Client, method: str, where: str) -> int:
    return taken_back(
        lambda: client.generic(method, where, "", content_type="application/x-www-form-urlencoded").status_code
    )


def taken_back(act: Callable[[], int]) -> int:
    """The status; what it did is taken back."""
    try:
        with transaction.atomic():
            raise _Undone(act())
    except _Undone as undone:
        return int(undone.args[0])


class _Undone(Exception):
    pass


@pytest.mark.parametrize("route", PAGES, ids=[route.pattern for route in PAGES])
def test_no_page_of_the_others_is_there(route: Route, world: World, client: Client) -> None:
    sign_in(client, world.cast.carol)
    before = fingerprint()
    reached = set()
    for method in ("GET", "POST", "PUT", "DELETE"):
        assert ask(client, method, address(route.pattern, world.south.ids)) in {403, 404, 405}, method
        reached.add(ask(client, method, address(route.pattern, world.north.ids)))
    assert fingerprint() == before
    assert reached - {403, 404, 405}, "the same page of her own group is not reached: the walk says nothing"


@pytest.mark.parametrize("route", LISTS, ids=[route.pattern or "/" for route in LISTS])
def test_no_list_names_the_others(route: Route, world: World, client: Client) -> None:
    sign_in(client, world.cast.carol)
    answer = client.get(f"/{route.pattern}", follow=True)
    text = "" if answer.streaming else answer.content.decode(errors="replace")
    words = ["South group", "South campaign"]
    if not route.pattern.startswith("contacts"):  # the directory is everybody's, and names the owners of contacts
        words.append("South agent")
    assert [word for word in words if word in text] == []


def test_the_lists_name_her_own(world: World, client: Client) -> None:
    sign_in(client, world.cast.carol)
    for where, word in (
        ("/campaigns", "North campaign"),
        ("/agents", "Alice"),
        ("/agent-groups", "North group"),
        ("/floor", "Alice"),
        ("/calls", "North contact"),
        (f"/campaigns/{world.north.campaign.pk}/settings/agents", "North group"),
    ):
        page = client.get(where).content.decode()
        assert word in page, where
        assert "South" not in page, where


def test_without_a_limit_the_others_are_there_again(world: World, client: Client) -> None:
    limit(world.cast, None)
    sign_in(client, world.cast.carol)
    assert "South campaign" in client.get("/campaigns").content.decode()
    assert client.get(f"/campaigns/{world.south.campaign.pk}").status_code == 200


def requests_of_the_api() -> Iterator[tuple[str, str]]:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method.upper(), path.removeprefix("/api/v1")


def filled(path: str, ids: dict[str, int]) -> str:
    return re.sub(r"([\w-]+)/\{\w+\}", lambda match: f"{match.group(1)}/{ids.get(match.group(1), 0)}", path)


def _status(client: ApiClient, method: str, where: str, body: Any) -> int:
    return int(client.call(method, where, body).status_code)


def test_no_request_of_a_limited_key_reaches_the_others(world: World) -> None:
    client = ApiClient(world.key)
    walked = 0
    for method, path in requests_of_the_api():
        first = path.split("/")[1]
        if "{" in path and first in world.south.ids and first != "contacts":
            walked += 1
            where, body = filled(path, world.south.ids), {} if method != "GET" else None
            status = taken_back(partial(_status, client, method, where, body))
            assert status in {403, 404, 422}, (method, path)
        elif "{" not in path and method == "GET":
            answer = client.get(path)
            assert "South agent" not in answer.content.decode(), path
            assert "South campaign" not in answer.content.decode(), path
    assert walked >= 20
    ids = {kind: [row["id"] for row in client.get(f"/{kind}").json()["items"]] for kind in ("campaigns", "agents")}
    assert ids == {"campaigns": [world.north.campaign.pk], "agents": [world.north.agent]}
    calls = {row["id"] for row in client.get("/attempts").json()["items"]}
    assert calls == {world.north.call.pk, world.north.unanswered.pk}
    assert client.get(f"/attempts/{world.south.unanswered.pk}").status_code == 404


def test_a_shared_campaign_shows_her_people_and_keeps_the_others(world: World) -> None:
    shared = world.north.campaign
    with organisation_scope(world.cast.lumen.pk):
        shared.groups.add(world.south.group, through_defaults={"organisation": world.cast.lumen})
        shared.agents.add(world.south.agent, through_defaults={"organisation": world.cast.lumen})
    client = ApiClient(world.key)
    seen = client.get(f"/campaigns/{shared.pk}").json()
    assert (seen["groups"], seen["agents"]) == ([world.north.group.pk], [])
    patch = {"groups": [world.north.group.pk], "agents": [world.north.agent]}
    answer = client.call("PATCH", f"/campaigns/{shared.pk}", patch)
    assert answer.status_code == 200, answer.content
    with organisation_scope(world.cast.lumen.pk):
        assert set(shared.groups.values_list("pk", flat=True)) == {world.north.group.pk, world.south.group.pk}
        assert set(shared.agents.values_list("pk", flat=True)) == {world.north.agent, world.south.agent}
    stranger = {"agents": [world.south.agent]}
    assert client.call("PATCH", f"/campaigns/{shared.pk}", stranger).status_code == 200, "he is in it already"
    assert client.call("POST", "/campaigns", {"name": "Mine", "draft": True, **stranger}).status_code == 422


def test_she_can_not_put_a_campaign_out_of_her_own_sight(world: World) -> None:
    with organisation_scope(world.cast.lumen.pk), pytest.raises(Invalids) as refused:
        campaigns.change_campaign(
            campaign=world.north.campaign, actor=actor(world.cast.carol), values={"groups": []}, version=None, now=NOW
        )
    assert [problem.code for problem in refused.value.problems] == ["leaves_your_groups"]


def test_a_draft_with_nobody_in_it_is_its_authors(world: World, client: Client) -> None:
    sign_in(client, world.cast.carol)
    answer = client.post("/campaigns/new", {"mode": "progressive", "name": "Nobody yet"})
    assert client.get(answer["Location"]).status_code == 200
    with organisation_scope(world.cast.lumen.pk):
        draft = Campaign.objects.get(name="Nobody yet")
        draft.groups.add(world.south.group, through_defaults={"organisation": world.cast.lumen})
    assert client.get(answer["Location"]).status_code == 404


def test_the_operations_look_themselves(world: World) -> None:
    carol, south = actor(world.cast.carol), world.south
    with organisation_scope(world.cast.lumen.pk):
        for act in (campaigns.start_campaign, campaigns.pause_campaign, campaigns.finish_campaign):
            with pytest.raises(NotFound):
                act(campaign=south.campaign, actor=carol, now=NOW)
        with pytest.raises(NotFound):
            campaigns.stop_task(task_id=south.call.task_id, actor=carol, now=NOW)
        with pytest.raises(NotFound):
            operations.set_presence(agent_id=south.agent, actor=carol, presence="off", now=NOW)  # type: ignore[arg-type]
        with pytest.raises(Refused) as refused:
            operations.save_group(
                group_id=world.north.group.pk, actor=carol, name="North group", members=[south.agent], now=NOW
            )
        assert refused.value.code == "unknown_member", "nobody takes the agents of others into his own group"
        for made in (
            lambda: operations.create_group(actor=carol, name="Mine", now=NOW),
            lambda: operations.add_agent(actor=carol, user_id=world.cast.ada.pk, now=NOW),
        ):
            with pytest.raises(Refused) as refused:
                made()
            assert refused.value.code == "limited_to_groups"


def test_a_limit_takes_what_reaches_over_the_whole_organisation(world: World) -> None:
    with system_scope():
        role = world.cast.carol.role
        role.permissions = [*role.permissions, "users.manage", "keys.manage", "webhooks.manage", "audit.view"]
        role.save()
    held = actor(world.cast.carol).permissions
    assert not held & {"users.manage", "keys.manage", "webhooks.manage", "audit.view", "settings.manage"}
    assert "campaigns.manage" in held


def test_the_stream_tells_her_of_her_own_only(world: World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campana.supervision.listening.close_old_connections", lambda: None)  # the test's own
    sign_in(client, world.cast.carol)
    listener = listener_of(client.session.session_key or "", NOW)
    assert isinstance(listener, Listener)
    north, south = world.north, world.south
    told = Change(
        world.cast.lumen.pk, frozenset({north.campaign.pk, south.campaign.pk}), frozenset({north.agent, south.agent})
    )
    heard = listener.hears(told)
    assert (heard.campaigns, heard.agents) == ({north.campaign.pk}, {north.agent})


def test_the_page_of_a_person_shows_and_changes_the_groups(world: World, client: Client) -> None:
    sign_in(client, world.cast.ada)
    carol = world.cast.carol
    assert "Limited to 1 group" in client.get(f"/people/{carol.pk}").content.decode()
    where = f"/people/{carol.pk}/groups"
    page = client.get(where).content.decode()
    assert re.search(rf'value="{world.north.group.pk}"[^>]*checked', page)
    given = {"limited": "yes", "groups": [world.south.group.pk], "version": carol.version}
    assert client.post(where, given)["Location"] == f"/people/{carol.pk}"
    with system_scope():
        entry = AuditEntry.objects.filter(action="user.limit").latest("pk")
        assert (entry.before, entry.after) == (
            {"limited_to": [world.north.group.pk]},
            {"limited_to": [world.south.group.pk]},
        )
    stale = client.post(where, given)
    assert stale.status_code == 409
    assert "after you opened it" in stale.content.decode()
    nothing = client.post(where, {"limited": "yes", "version": carol.version + 1})
    assert nothing.status_code == 422
    assert "Choose at least one group" in nothing.content.decode()


def test_a_key_is_limited_on_its_page(world: World, client: Client) -> None:
    sign_in(client, world.cast.ada)
    with system_scope():
        key = ApiKey.objects.get()
    answer = client.post(f"/api-keys/{key.pk}/groups", {"limited": "no"})
    assert answer.status_code == 303
    with system_scope():
        key.refresh_from_db()
    assert key.limited_to is None
    assert "limited to" not in client.get("/api-keys").content.decode()


def test_an_administrator_is_never_limited(world: World) -> None:
    cast = world.cast
    with organisation_scope(cast.lumen.pk):
        with pytest.raises(Refused) as refused:
            operations.limit_person(
                actor=actor(cast.ada), user=cast.ada, groups=[world.north.group.pk], version=cast.ada.version, now=NOW
            )
        assert refused.value.code == "administrator_unlimited"
        admin = cast.ada.role
        change_user(
            actor=actor(cast.ada), user=cast.carol, name="Carol", role=admin, version=cast.carol.version, now=NOW
        )
        cast.carol.refresh_from_db()
    assert cast.carol.limited_to is None


def test_a_group_somebody_is_limited_to_is_not_deleted(world: World) -> None:
    with organisation_scope(world.cast.lumen.pk):
        world.north.campaign.groups.clear()
        with pytest.raises(Refused) as refused:
            operations.delete_group(group_id=world.north.group.pk, actor=actor(world.cast.ada), now=NOW)
    assert refused.value.code == "group_limits_people"
    assert "Carol" in str(refused.value)


def test_she_does_not_call_again_whom_the_others_called(world: World, client: Client) -> None:
    """The desk would name the contact and the number of a call she does not see."""
    with system_scope():
        place = {"endpoint": "PJSIP/1003", "online": True, "wanted": "not_ready", "state": "not_ready"}
        Agent.objects.create(organisation=world.cast.lumen, user=world.cast.carol, **place)
    sign_in(client, world.cast.carol)
    assert client.post("/desk/calls", {"attempt": world.south.call.pk}).status_code == 404
    assert client.post("/desk/calls", {"attempt": world.north.call.pk}).status_code == 204
