"""A small seeded world for generated requests: Lumen with one of everything, and Dave's organisation beside it."""

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
    from campana.accounts.models import Organisation

KEY = "campana_key_of_generated_requests"
"""The same in every world: requests are generated before there is one."""
MARKER = b"other organisation only"
"""Stands in every readable text of the other organisation."""
_PLURALS = {"ids", "agents", "groups", "hotlines", "contacts"}


@dataclass
class World:
    ids: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """By the name of a parameter without ``_id``: ours, and one of the other organisation."""

    def known(self, name: str) -> list[int]:
        return self.ids.get(re.sub(r"_ids?$", "", name).rstrip("s"), [])


def make_world() -> World:
    from campana.tenancy import organisation_scope

    cast = make_cast()
    make_key(cast.lumen, secret=KEY)
    world = World()
    for organisation, agent, words in ((cast.lumen, cast.alice_agent, "Spring"), (cast.other, None, MARKER.decode())):
        with organisation_scope(organisation.pk):
            _fill(world, organisation, agent, words)
    world.ids["agent"] += [cast.alice_agent.pk, cast.bob_agent.pk]
    return world


def _fill(world: World, organisation: Organisation, agent: Any, words: str) -> None:
    from campana.automation.models import Delivery, Webhook
    from campana.automation.operations.sealing import seal
    from campana.crm.models import ContactGroup, ContactImport, CustomField, Suppression
    from campana.workforce.models import AgentGroup

    results = calls.results(organisation, name=words)
    running = calls.bare_campaign(organisation, name=words)
    draft = calls.bare_campaign(organisation, name=words, state="draft")
    attempt = calls.attempt(running, agent, note=words)
    attempt.contact.name = words
    attempt.contact.save()
    webhook = Webhook.objects.create(
        organisation=organisation,
        url=f"https://{words.replace(' ', '-')}.example/",
        events=[],
        secret=seal("x"),
        created_at=NOW,
    )
    delivery = Delivery.objects.create(
        organisation=organisation, webhook=webhook, event="ping", payload={"words": words}, created_at=NOW
    )
    group = ContactGroup.objects.create(organisation=organisation, name=words, created_at=NOW)
    CustomField.objects.create(organisation=organisation, key="colour", label=words)
    suppression = Suppression.objects.create(
        organisation=organisation, number="420777123456", note=words, source="page", starts_at=NOW
    )
    imported = ContactImport.objects.create(
        organisation=organisation, file_name=f"{words}.csv", path="gone", created_at=NOW, state="finished"
    )
    agents = AgentGroup.objects.create(organisation=organisation, name=words)
    _know(
        world,
        attempt=[attempt],
        campaign=[running, draft],
        contact=[attempt.contact],
        delivery=[delivery],
        group=[group, agents],
        hotline=[attempt.hotline],
        import_=[imported],
        result=results.values(),
        result_set=[results["success"].result_set],
        suppression=[suppression],
        task=[attempt.task],
        webhook=[webhook],
    )


def _know(world: World, **objects: Iterable[Any]) -> None:
    for name, found in objects.items():
        world.ids[name.rstrip("_")] += [each.pk for each in found]


def point_at(case: Any, world: World) -> None:
    """Turn generated whole numbers where an id is meant into ids that exist, by their value, so it can be repeated."""
    for container in (case.path_parameters, case.query):
        for name, value in (container or {}).items():
            container[name] = _real(world, name, value)
    _point_in(case.body, world)


def _point_in(value: Any, world: World) -> None:
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, list) and world.known(name):
                value[name] = [_real(world, name, one) for one in each]
            value[name] = _real(world, name, value[name])
            _point_in(value[name], world)
    elif isinstance(value, list):
        for each in value:
            _point_in(each, world)


def _real(world: World, name: str, value: Any) -> Any:
    known = world.known(str(name))
    if not known or isinstance(value, bool) or not isinstance(value, int) or value < 1 or value % 8 == 0:
        return value
    return known[value % len(known)]
