"""Fills an empty database with the demo: migrations, the organisation, its people, a running campaign.

Run as a process of its own, so that the supervisor stays small: ``python -m campana.config.demo.world``.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from campana.accounts.actors import Actor
    from campana.accounts.models import Organisation, User
    from campana.campaigns.models import Campaign
    from campana.config.demo.people import Colleague
    from campana.hotlines.models import Hotline
    from campana.kernel.clock import Instant

HOTLINES = ("12025550199", "12125550199", "13035550199")
TRUNK_CHANNELS, TRUNK_RATE = 60, 5.0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="campana.config.demo.world")
    parser.add_argument("--contacts", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campana.config.settings")
    import django

    django.setup()
    from django.conf import settings

    from campana.config.home import Home, write_private
    from campana.config.migrations import migrate
    from campana.kernel.clock import utc_now

    migrate()
    sign_ins = fill(contacts=options.contacts, seed=options.seed, now=utc_now())
    if sign_ins:
        write_private(Home(settings.DATA_DIR).sign_ins, json.dumps(sign_ins, indent=2))
    return 0


def fill(*, contacts: int, seed: int, now: Instant) -> list[dict[str, str]]:
    """All of it in one transaction, or nothing when the organisation is there. Returns who may sign in, and how."""
    from django.db import transaction

    from campana.accounts.models import Organisation
    from campana.config.demo import people
    from campana.tenancy import organisation_scope

    if Organisation.objects.filter(slug=people.SLUG).exists():
        return []
    with transaction.atomic():
        organisation, owner, password = _organisation(now)
        with organisation_scope(organisation.pk):
            administrator = _actor(owner)
            passwords = {person.key: secrets.token_urlsafe(9) for person in (people.SUPERVISOR, people.YOU)}
            colleagues = [people.SUPERVISOR, people.YOU, *people.floor()]
            users = {person.key: _user(administrator, person, passwords.get(person.key), now) for person in colleagues}
            agents = [_agent(administrator, users[person.key], person, now) for person in colleagues if person.agent]
            campaign = _campaign(
                _actor(users[people.SUPERVISOR.key]),
                hotlines=[hotline.pk for hotline in _lines(administrator, now)],
                agents=agents,
                group=_contacts(organisation, contacts, seed, now),
                now=now,
            )
            _start(campaign, administrator, now)
    told = [(people.YOU, passwords["you"]), (people.SUPERVISOR, passwords["supervisor"]), (people.OWNER, password)]
    return [{"email": person.email, "password": secret, "words": person.words} for person, secret in told]


def _organisation(now: Instant) -> tuple[Organisation, User, str]:
    from campana.accounts.operations.create_organisation import create_organisation
    from campana.config.demo import people

    password = secrets.token_urlsafe(9)
    organisation, owner = create_organisation(
        slug=people.SLUG,
        name="Demo",
        owner_email=people.OWNER.email,
        owner_name=people.OWNER.name,
        owner_password=password,
        time_zone="America/New_York",
        default_country="US",
        now=now,
    )
    return organisation, owner, password


def _actor(user: User) -> Actor:
    from campana.accounts.queries import actor_of_user

    actor = actor_of_user(user, None)
    assert actor is not None
    return actor


def _user(administrator: Actor, person: Colleague, password: str | None, now: Instant) -> User:
    """Without a password: a simulated person, who is there and never signs in."""
    from campana.accounts.models import Role, User
    from campana.accounts.operations.create_user import create_user

    user = create_user(
        actor=administrator,
        email=person.email,
        name=person.name,
        role=Role.objects.get(organisation=administrator.organisation, key=person.role),
        password=password,
        now=now,
    )
    if password is None:
        user.state = User.State.ACTIVE
        user.save(update_fields=["state"])
    return user


def _agent(administrator: Actor, user: User, person: Colleague, now: Instant) -> int:
    from campana.workforce.models import Agent

    kind = "floor" if person.simulated else "chair"
    return Agent.objects.create(organisation=administrator.organisation, user=user, endpoint=f"{kind}/{person.key}").pk


def _lines(administrator: Actor, now: Instant) -> list[Hotline]:
    from campana.hotlines.models import Hotline, Trunk

    organisation = administrator.organisation
    trunk = Trunk.objects.create(
        organisation=organisation,
        name="Simulated carrier",
        endpoint="simulated",
        channels=TRUNK_CHANNELS,
        calls_per_second=TRUNK_RATE,
    )
    return [
        Hotline.objects.create(organisation=organisation, number=number, label=f"Line {n}", trunk=trunk)
        for n, number in enumerate(HOTLINES, start=1)
    ]


def _contacts(organisation: Organisation, count: int, seed: int, now: Instant) -> int:
    """The contacts, and the group they are in."""
    from campana.config.demo.people import callees
    from campana.crm.models import Contact, ContactGroup, ContactGroupMember, ContactNumber
    from campana.crm.numbers.reading import read_number

    group = ContactGroup.objects.create(organisation=organisation, name="Demo list", created_at=now)
    met = list(callees(count, seed))
    rows = Contact.objects.bulk_create(
        Contact(
            organisation=organisation,
            name=person.name,
            company=person.company,
            search=f"{person.name} {person.company} {person.number}".lower(),
            created_at=now,
            updated_at=now,
        )
        for person in met
    )
    numbers = []
    for row, person in zip(rows, met, strict=True):
        reading = read_number("+" + person.number)
        numbers.append(
            ContactNumber(
                organisation=organisation,
                contact=row,
                position=1,
                number=reading.number,
                raw="+" + person.number,
                kind=reading.kind,
                time_zone=reading.time_zone,
            )
        )
    ContactNumber.objects.bulk_create(numbers)
    ContactGroupMember.objects.bulk_create(
        ContactGroupMember(organisation=organisation, group=group, contact=row) for row in rows
    )
    return group.pk


def _campaign(supervisor: Actor, *, hotlines: list[int], agents: list[int], group: int, now: Instant) -> Campaign:
    """Made by the supervisor; no hours of its own, so that it dials whenever the demo is started."""
    from campana.campaigns.operations import add_sources, build_tasks, create_campaign, finish_draft

    values: dict[str, Any] = {
        "name": "Spring offer",
        "description": "Simulated: the people called, the carrier and twelve of the agents are part of the demo.",
        "mode": "progressive",
        "hotlines": hotlines,
        "caller_id": "random_chosen",
        "agents": agents,
        "answer_wait": 30,
        "max_attempts": 3,
        "gap": 600,
        "wrap_up": 20,
        "result_set": _results(supervisor),
    }
    campaign = create_campaign(actor=supervisor, values=values, now=now)
    add_sources(campaign=campaign, actor=supervisor, sources=[{"kind": "group", "id": group}], now=now)
    finish_draft(campaign=campaign, actor=supervisor, now=now)
    build_tasks(campaign_id=campaign.pk, now=now)
    return campaign


def _results(supervisor: Actor) -> int:
    from campana.scripts.models import Result, ResultSet

    chosen = ResultSet.objects.create(organisation=supervisor.organisation, name="Standard", is_default=True)
    for place, (name, kind) in enumerate(RESULTS):
        Result.objects.create(
            organisation=supervisor.organisation, result_set=chosen, name=name, result_class=kind, position=place
        )
    return chosen.pk


RESULTS = (
    ("Sold", "success"),
    ("Not interested", "refusal"),
    ("Call back", "call_back"),
    ("Could not talk", "unreachable"),
    ("Wrong person", "wrong_number"),
    ("Do not call again", "do_not_call"),
)


def _start(campaign: Campaign, administrator: Actor, now: Instant) -> None:
    from campana.campaigns.operations import approve_campaign

    campaign.refresh_from_db()
    approve_campaign(campaign=campaign, actor=administrator, now=now, start_now=True)


if __name__ == "__main__":
    sys.exit(main())
