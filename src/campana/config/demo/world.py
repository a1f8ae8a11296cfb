"""Fills an empty database with the demo: migrations, the organisation, its people, a running campaign.

Run as a process of its own, so that the supervisor stays small: ``python -m campana.config.demo.world``.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import secrets
import sys
from typing import TYPE_CHECKING, Any

from campana.config.demo.people import FLOOR

if TYPE_CHECKING:
    from campana.accounts.actors import Actor
    from campana.accounts.models import Organisation, User
    from campana.campaigns.models import Campaign
    from campana.config.demo.people import Colleague
    from campana.kernel.clock import Instant

HOTLINES = ("+1 617 555 0199", "+1 702 555 0199", "+1 718 555 0199")
SCRIPT: list[dict[str, Any]] = [
    {
        "kind": "text",
        "text": "# Who calls\nHello, this is {agent} of {organisation}. Do I speak with {name}?\n\n"
        "- Wait for the answer. Is it somebody else, ask for a better time.\n\n"
        "# The offer\nWe have a spring offer for customers of our line: the same tariff, a third cheaper until the"
        " autumn.",
    },
    {
        "kind": "single",
        "label": "Would that be of interest?",
        "name": "interest",
        "options": ["Yes", "Perhaps", "No"],
        "required": True,
    },
    {
        "kind": "number",
        "label": "What do you pay a month at present?",
        "name": "budget",
        "help": "About, in dollars.",
        "shown_if": {"name": "interest", "test": "one_of", "values": ["Yes", "Perhaps"]},
    },
    {
        "kind": "long",
        "label": "What speaks against it?",
        "name": "against",
        "shown_if": {"name": "interest", "test": "is", "values": ["No"]},
    },
    {"kind": "text", "text": "# The end\nThank you for your time. Have a good day."},
]
TRUNK_CHANNELS, TRUNK_RATE = 60, 5.0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="campana.config.demo.world")
    parser.add_argument("--contacts", type=int, default=2000)
    parser.add_argument("--agents", type=int, default=FLOOR)
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
    sign_ins = fill(contacts=options.contacts, simulated=options.agents, seed=options.seed, now=utc_now())
    if sign_ins:
        write_private(Home(settings.DATA_DIR).sign_ins, json.dumps(sign_ins, indent=2))
    return 0


def fill(*, contacts: int, seed: int, now: Instant, simulated: int = FLOOR) -> list[dict[str, str]]:
    """The organisation and all in it, as people would make it. Returns who may sign in, and how.

    Nothing when the organisation is there. Not one transaction: whoever is interrupted begins with a new database.
    """
    from campana.accounts.models import Organisation
    from campana.config.demo import people
    from campana.tenancy import organisation_scope

    if Organisation.objects.filter(slug=people.SLUG).exists():
        return []
    organisation, owner, password = _organisation(now)
    with organisation_scope(organisation.pk):
        administrator = _actor(owner)
        passwords = {person.key: secrets.token_urlsafe(9) for person in (people.SUPERVISOR, people.YOU)}
        colleagues = [people.SUPERVISOR, people.YOU, *people.floor(simulated)]
        users = {person.key: _user(administrator, person, passwords.get(person.key), now) for person in colleagues}
        agents = [_agent(administrator, users[person.key], person, now) for person in colleagues if person.agent]
        supervisor = _actor(users[people.SUPERVISOR.key])
        _telephone(administrator, users[people.SUPERVISOR.key], people.SUPERVISOR, now)
        campaign = _campaign(
            supervisor,
            hotlines=_lines(administrator, now),
            agents=agents,
            group=_contacts(supervisor, contacts, seed, now),
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
    from campana.workforce.operations import change_agent

    agent = Agent.objects.get(user=user)  # whoever only talks has a place from the beginning
    endpoint = f"{'floor' if person.simulated else 'chair'}/{person.key}"
    return change_agent(agent_id=agent.pk, actor=administrator, endpoint=endpoint, now=now).pk


def _telephone(administrator: Actor, user: User, person: Colleague, now: Instant) -> None:
    """To hear talks with: whoever supervises is in no campaign."""
    from campana.workforce.operations import add_agent

    add_agent(actor=administrator, user_id=user.pk, endpoint=f"chair/{person.key}", now=now)


def _lines(administrator: Actor, now: Instant) -> list[int]:
    from campana.hotlines.operations import create_hotline, create_trunk

    trunk = create_trunk(
        actor=administrator,
        name="Simulated carrier",
        endpoint="simulated",
        channels=TRUNK_CHANNELS,
        calls_per_second=TRUNK_RATE,
        now=now,
    )
    return [
        create_hotline(actor=administrator, number=number, trunk_id=trunk.pk, label=f"Line {n}", now=now).pk
        for n, number in enumerate(HOTLINES, start=1)
    ]


def _contacts(supervisor: Actor, count: int, seed: int, now: Instant) -> int:
    """A spreadsheet is imported into a group, whose id this is."""
    from campana.config.demo.people import callees
    from campana.crm.imports.run import run_import
    from campana.crm.operations import create_group, start_import, upload_import

    group = create_group(actor=supervisor, name="Demo list", now=now)
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["Full name", "Phone", "Company"])
    writer.writerows([person.name, f"+{person.number}", person.company] for person in callees(count, seed))
    uploaded = upload_import(actor=supervisor, file_name="demo list.csv", chunks=[sheet.getvalue().encode()], now=now)
    started = start_import(actor=supervisor, imported=uploaded, options={"group_id": group.pk}, now=now)
    done = run_import(import_id=started.pk, now=now)
    assert done.added == count, f"{done.added} of {count} contacts were imported"
    return group.pk


def _campaign(supervisor: Actor, *, hotlines: list[int], agents: list[int], group: int, now: Instant) -> Campaign:
    """Made by the supervisor; no hours of its own, so that it dials whenever the demo is started."""
    from campana.campaigns.operations import add_sources, build_tasks, create_campaign, finish_draft
    from campana.scripts.operations import create_script, default_result_set

    script = create_script(actor=supervisor, name="Spring offer", elements=SCRIPT, now=now)
    values: dict[str, Any] = {
        "name": "Spring offer",
        "description": "Simulated: the people called, the carrier and all agents but one are part of the demo.",
        "mode": "progressive",
        "hotlines": hotlines,
        "caller_id": "random_chosen",
        "agents": agents,
        "answer_wait": 30,
        "max_attempts": 3,
        "gap": 600,
        "wrap_up": 20,
        "result_set": default_result_set(supervisor.organisation).pk,
        "script": script.pk,
    }
    campaign = create_campaign(actor=supervisor, values=values, now=now)
    add_sources(campaign=campaign, actor=supervisor, sources=[{"kind": "group", "id": group}], now=now)
    finish_draft(campaign=campaign, actor=supervisor, now=now)
    build_tasks(campaign_id=campaign.pk, now=now)
    return campaign


def _start(campaign: Campaign, administrator: Actor, now: Instant) -> None:
    from campana.campaigns.operations import approve_campaign

    campaign.refresh_from_db()
    approve_campaign(campaign=campaign, actor=administrator, now=now, start_now=True)


if __name__ == "__main__":
    sys.exit(main())
