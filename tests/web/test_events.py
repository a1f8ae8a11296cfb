"""The stream of changes: who hears what, how often, and that it outlives its database connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from campana.accounts import permissions
from campana.accounts.models import Organisation, Role, User
from campana.relay.mailbox import SCREEN_BELL
from campana.supervision import events
from campana.supervision.listening import Change, Listener
from campana.tenancy import system_scope
from campana.workforce.models import Agent

NOW = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
CAROL = Listener(organisation=1, sees_campaigns=True, sees_agents=True)
ALICE = Listener(organisation=1, sees_campaigns=True, sees_agents=False, agent=7)


def change(**told: Any) -> Change:
    return Change.read(json.dumps({"organisation": 1, **told}))


def test_a_listener_hears_nothing_of_another_organisation() -> None:
    assert not CAROL.hears(Change.read('{"organisation": 2, "campaigns": [3], "agents": [4]}'))


def test_an_agent_hears_of_himself_and_of_no_other_agent() -> None:
    assert ALICE.hears(change(agents=[7, 8])).agents == {7}
    assert CAROL.hears(change(agents=[7, 8])).agents == {7, 8}


def test_without_the_permission_campaigns_are_not_told() -> None:
    blind = Listener(organisation=1, sees_campaigns=False, sees_agents=False)
    assert not blind.hears(change(campaigns=[3]))


def test_a_payload_that_can_not_be_read_means_look_again() -> None:
    assert Change.read("nonsense").everything


def test_changes_between_two_events_are_told_once() -> None:
    stream = events.Stream(CAROL)
    for number in (3, 4, 3):
        stream.tell(change(campaigns=[number]))
    assert stream.take().told() == {"campaigns": [3, 4], "agents": []}
    assert not stream.take()


@pytest.fixture
def session(transactional_db: None) -> Iterator[Callable[..., str]]:
    def sign_in(role: str = permissions.SUPERVISOR, slug: str = "lumen") -> str:
        with system_scope():
            organisation, _ = Organisation.objects.get_or_create(slug=slug, defaults={"created_at": NOW})
            given = Role.objects.create(
                organisation=organisation, key=role, permissions=list(permissions.PRESETS[role])
            )
            user = User.objects.create(
                organisation=organisation,
                email=f"{role}@{slug}.example",
                role=given,
                created_at=NOW,
                password="!",
            )
            store = SessionStore()
            store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
            store.create()
            return str(store.session_key)

    yield sign_in
    events._lookups.submit(lambda: connection.close()).result()


class Page:
    """The browser's end of a stream."""

    def __init__(self, cookie: str, path: str = "/events") -> None:
        headers = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())]
        self.scope = {"type": "http", "path": path, "method": "GET", "headers": headers}
        self.sent: asyncio.Queue[Any] = asyncio.Queue()
        self.leaves = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def status(self) -> int:
        return int((await asyncio.wait_for(self.sent.get(), 10))["status"])

    async def changed(self) -> dict[str, Any]:
        """The next change the page is told; beats are passed over."""
        while True:
            body = (await asyncio.wait_for(self.sent.get(), 15))["body"].decode()
            if "event: changed" in body:
                return dict(json.loads(body.split("data: ", 1)[1]))


@asynccontextmanager
async def opened(page: Page) -> AsyncIterator[Page]:
    serving = asyncio.ensure_future(events.application(page.scope, page.receive, page.sent.put))
    try:
        yield page
    finally:
        page.leaves.set()
        await asyncio.wait_for(serving, 5)
        hub = events._hubs.pop(id(asyncio.get_running_loop()), None)
        if hub:
            await hub.close()


def ring(**told: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [SCREEN_BELL, json.dumps(told)])
    connection.close()


def organisation_of(slug: str = "lumen") -> int:
    with system_scope():
        return Organisation.objects.get(slug=slug).pk


def test_nobody_listens_without_a_session(session: Callable[..., str]) -> None:
    async def story() -> None:
        for cookie, path, status in (("", "/events", 401), ("made-up", "/events", 401), ("", "/elsewhere", 404)):
            page = Page(cookie, path)
            async with opened(page):
                assert await page.status() == status

    asyncio.run(story())


def test_a_page_hears_of_its_organisation_and_again_after_the_connection_was_cut(session: Callable[..., str]) -> None:
    key = session()
    home = organisation_of()

    async def story() -> None:
        page = Page(key)
        async with opened(page):
            assert await page.status() == 200
            assert await page.changed() == {"all": True}
            await asyncio.to_thread(ring, organisation=home + 1, campaigns=[1])
            await asyncio.to_thread(ring, organisation=home, campaigns=[5], agents=[2])
            assert await page.changed() == {"campaigns": [5], "agents": [2]}
            await asyncio.to_thread(cut)
            assert await page.changed() == {"all": True}, "what was missed meanwhile must be looked at"
            await asyncio.to_thread(ring, organisation=home, campaigns=[6])
            assert await page.changed() == {"campaigns": [6], "agents": []}

    asyncio.run(story())


def cut() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'campana-events'"
        )


def test_an_operator_hears_of_his_own_place_only(session: Callable[..., str]) -> None:
    key = session(permissions.OPERATOR)
    home = organisation_of()
    with system_scope():
        me = Agent.objects.create(organisation_id=home, user=User.objects.get()).pk

    async def story() -> None:
        page = Page(key)
        async with opened(page):
            await page.status()
            await page.changed()
            await asyncio.to_thread(ring, organisation=home, agents=[me + 1])
            await asyncio.to_thread(ring, organisation=home, agents=[me, me + 2])
            assert await page.changed() == {"campaigns": [], "agents": [me]}

    asyncio.run(story())


def test_a_look_at_the_session_that_takes_long_holds_no_change_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands are looked at by one thread about the same time."""

    async def scenario() -> None:
        stream, told = events.Stream(Listener(1, sees_campaigns=True, sees_agents=True)), asyncio.Event()
        looked: asyncio.Future[Listener | None] = asyncio.get_running_loop().create_future()
        monkeypatch.setattr(events, "LOOK_AGAIN", 0.0)
        monkeypatch.setattr(events, "_look_again", lambda key, known: looked)

        async def send(message: Any) -> None:
            if b'"campaigns": [5]' in message["body"]:
                told.set()

        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        serving = asyncio.ensure_future(events._serve(stream, "key", send, gone))
        stream.tell(Change(1, frozenset({5})))
        await asyncio.wait_for(told.wait(), 5)
        assert not serving.done()
        looked.set_result(None)  # the session is over
        await asyncio.wait_for(serving, 5)

    asyncio.run(scenario())
