"""A small seeded world for walks and generated requests: Lumen with one of everything, and another beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support import calls
from support.api import make_key
from support.cast import NOW, make_cast

if TYPE_CHECKING:
    from campana.accounts.models import Organisation, User

MARKER = b"other organisation only"
"""Stands in every readable text of the other organisation."""
KEY = "campana_key_of_generated_requests"
"""The same in every world: requests are generated before there is one."""

_SEGMENTS = {
    "abandoned_message": "sounds",
    "agent": "agents",
    "agents": "agents",
    "campaign": "campaigns",
    "contact": "contacts",
    "contacts": "contacts",
    "group": "groups",
    "groups": "agent-groups",
    "hold_music": "sounds",
    "hotline": "hotlines",
    "hotlines": "hotlines",
    "listener": "agents",
    "members": "agents",
    "result": "results",
    "result_set": "result-sets",
    "task": "tasks",
    "trunk": "trunks",
    "user": "users",
    "working_hours": "working-hours",
}
"""What a field or query parameter names, without ``_id`` and ``_ids``."""


@dataclass
class World:
    """Ids by the segment of a path they stand behind: ``agent-groups`` of ``/agent-groups/{group_id}``."""

    ours: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    foreign: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    rows: dict[str, str] = field(default_factory=dict)
    """What the other organisation's tables hold."""

    def known(self, segment: str) -> list[int]:
        return [*self.ours.get(segment, []), *self.foreign.get(segment, [])]


def make_world() -> World:
    from campana.tenancy import organisation_scope

    cast = make_cast()
    make_key(cast.lumen, secret=KEY)
    world = World()
    with organisation_scope(cast.lumen.pk):
        _fill(world.ours, cast.lumen, cast.bob, "Spring", cast.alice_agent)
    with organisation_scope(cast.other.pk):
        _fill(world.foreign, cast.other, cast.dave, MARKER.decode(), None)
    world.rows = rows_of_the_other()
    return world


def rows_of_the_other() -> dict[str, str]:
    """All rows of the other organisation as text, by table: whoever changes one of them is found out."""
    from django.db import connection

    from campana.accounts.models import Organisation
    from campana.tenancy import system_scope

    other = Organisation.objects.get(slug="other")
    with system_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.columns WHERE column_name = 'organisation_id'")
        tables = sorted(row[0] for row in cursor.fetchall())
        held = {}
        for table in tables:
            cursor.execute(
                f"SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM {table} t"
                " WHERE organisation_id = %s",
                [other.pk],
            )
            held[table] = cursor.fetchone()[0]
    return held


def _fill(ids: dict[str, list[int]], organisation: Organisation, user: User, words: str, agent: Any) -> None:
    from campana.calls.models import Monitor
    from campana.workforce.models import Agent

    agent = agent or Agent.objects.create(organisation=organisation, user=user, endpoint=words)
    results = calls.results(organisation, name=words)
    running = calls.bare_campaign(organisation, name=words)
    draft = calls.bare_campaign(organisation, name=words, state="draft")
    attempt = calls.attempt(running, agent, note=words)
    attempt.contact.name = words
    attempt.contact.save()
    heard = {"agent": agent, "attempt_id": attempt.pk, "leg": words, "asked_at": NOW}
    found: dict[str, Iterable[Any]] = {
        "agents": [agent],
        "attempts": [attempt],
        "campaigns": [running, draft],
        "contacts": [attempt.contact],
        "hotlines": [attempt.hotline],
        "monitors": [Monitor.objects.create(organisation=organisation, listener=agent, **heard)],
        "result-sets": [results["success"].result_set],
        "results": results.values(),
        "sounds": [_sound(organisation, words)],
        "tasks": [attempt.task],
        "trunks": [attempt.trunk],
        "users": [user],
        **_people_and_hours(organisation, words),
        **_directory(organisation, words),
        **_webhooks(organisation, words),
    }
    for segment, objects in found.items():
        ids[segment] += [each.pk for each in objects]


def _people_and_hours(organisation: Organisation, words: str) -> dict[str, Iterable[Any]]:
    from campana.workforce.models import AgentGroup, Holiday, WorkingHours

    return {
        "agent-groups": [AgentGroup.objects.create(organisation=organisation, name=words)],
        "holidays": [Holiday.objects.create(organisation=organisation, day=NOW.date(), name=words)],
        "working-hours": [WorkingHours.objects.create(organisation=organisation, name=words, periods=[[0, 60, 120]])],
    }


def _sound(organisation: Organisation, words: str) -> Any:
    from campana.hotlines.models import Sound

    file = {"file": f"{organisation.pk}/none", "seconds": 1.0, "size": 1, "source": "text"}
    return Sound.objects.create(organisation=organisation, name=words, text=words, voice="en", added_at=NOW, **file)


def _directory(organisation: Organisation, words: str) -> dict[str, Iterable[Any]]:
    from campana.crm.models import Contact, ContactGroup, ContactImport, CustomField, SavedFilter, Suppression

    imported = ContactImport.objects.create(
        organisation=organisation, file_name=f"{words}.csv", path="gone", created_at=NOW, state="finished"
    )
    listed = ContactImport.objects.create(
        organisation=organisation, file_name=f"{words}.csv", path="gone", created_at=NOW, state="finished",
        kind="do_not_call",
    )  # fmt: skip
    suppression = Suppression.objects.create(
        organisation=organisation, number="420777123456", note=words, source="page", starts_at=NOW
    )
    moments = {"created_at": NOW, "updated_at": NOW, "deleted_at": NOW}
    return {
        "deleted-contacts": [Contact.objects.create(organisation=organisation, name=words, **moments)],
        "fields": [CustomField.objects.create(organisation=organisation, key="colour", label=words)],
        "filters": [SavedFilter.objects.create(organisation=organisation, name=words, created_at=NOW)],
        "groups": [ContactGroup.objects.create(organisation=organisation, name=words, created_at=NOW)],
        "imports": [imported, listed],
        "suppressions": [suppression],
    }


def _webhooks(organisation: Organisation, words: str) -> dict[str, Iterable[Any]]:
    from campana.accounts.sealing import seal
    from campana.automation.models import Delivery, Webhook

    url = f"https://example.com/{words}"
    webhook = Webhook.objects.create(organisation=organisation, url=url, events=[], secret=seal("x"), created_at=NOW)
    delivery = Delivery.objects.create(
        organisation=organisation, webhook=webhook, event="ping", payload={"words": words}, created_at=NOW
    )
    return {"deliveries": [delivery], "webhooks": [webhook]}


def segments(path: str) -> dict[str, str]:
    """The parameters of a path template with the segment before each."""
    return {name: segment for segment, name in re.findall(r"/([\w-]+)/{(\w+)}", path)}


def point_at(case: Any, world: World) -> None:
    """Turn most generated numbers where an id is meant into ids that exist, by their value, so it can be repeated."""
    before = segments(case.path)
    for name, value in (case.path_parameters or {}).items():
        case.path_parameters[name] = _real(world.known(before.get(name, "")), value)
    _point_in(case.query, world)
    _point_in(case.body, world)


def _point_in(value: Any, world: World) -> None:
    if isinstance(value, dict):
        for name, each in value.items():
            known = world.known(_SEGMENTS.get(re.sub(r"_ids?$", "", str(name)), ""))
            if isinstance(each, list) and known:
                value[name] = [_real(known, one) for one in each]
            else:
                value[name] = _real(known, each)
            _point_in(value[name], world)
    elif isinstance(value, list):
        for each in value:
            _point_in(each, world)


def _real(known: list[int], value: Any) -> Any:
    if not known or isinstance(value, bool) or not isinstance(value, int) or value < 1 or value % 8 == 0:
        return value
    return known[value % len(known)]
