"""Attempts of Lumen as the journal leaves them. Call inside a tenancy scope."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from support.campaigns import hotline
from support.cast import NOW

if TYPE_CHECKING:
    from campana.accounts.models import Organisation
    from campana.calls.models import Attempt
    from campana.campaigns.models import Campaign
    from campana.scripts.models import Result, ResultSet
    from campana.workforce.models import Agent

_counter = count(1)


def bare_campaign(organisation: Organisation, **fields: Any) -> Campaign:
    """A running campaign with the least a row needs."""
    from campana.campaigns.models import Campaign

    values = {"name": "Spring offer", "mode": "progressive", "state": "running", **fields}
    return Campaign.objects.create(organisation=organisation, created_at=NOW, state_since=NOW, **values)


def results(organisation: Organisation, *, default: bool = True, name: str = "Usual") -> dict[str, Result]:
    """A result set with one result of each class; by class."""
    from campana.scripts.models import Result, ResultSet

    of_set: ResultSet = ResultSet.objects.create(organisation=organisation, name=name, is_default=default)
    return {
        value: Result.objects.create(
            organisation=organisation, result_set=of_set, name=label, result_class=value, position=position
        )
        for position, (value, label) in enumerate(Result.Class.choices)
    }


def attempt(campaign: Campaign, agent: Agent | None = None, **fields: Any) -> Attempt:
    """An attempt with a conversation that has ended, of a contact of its own. Fields override."""
    from campana.calls.models import Attempt
    from campana.campaigns.models import Task
    from campana.crm.models import Contact
    from campana.hotlines.models import Hotline

    organisation = campaign.organisation
    n = next(_counter)
    number = str(420_602_000_000 + n)
    line = Hotline.objects.filter(organisation=organisation).first() or hotline(organisation)
    contact = Contact.objects.create(organisation=organisation, name=f"Person {n}", created_at=NOW, updated_at=NOW)
    task = Task.objects.create(
        organisation=organisation,
        campaign=campaign,
        contact=contact,
        state="wrap_up",
        rank=210,
        position=n,
        time_zone="Europe/Prague",
        number=number,
        created_at=NOW,
    )
    values = {
        "id": (1 << 32) + n,
        "number": number,
        "mode": campaign.mode,
        "state": "ended",
        "agent": agent,
        "began_at": NOW,
        "ringing_at": NOW + timedelta(seconds=2),
        "answered_at": NOW + timedelta(seconds=9),
        "connected_at": NOW + timedelta(seconds=10),
        "ended_at": NOW + timedelta(seconds=100),
        "outcome": "answered",
        "cause": "hung_up",
        "sip_code": 200,
        "counted": True,
        "permit": {"hours": "open"},
        **fields,
    }
    return Attempt.objects.create(
        organisation=organisation,
        campaign=campaign,
        task=task,
        contact=contact,
        hotline=line,
        trunk=line.trunk,
        **values,
    )
