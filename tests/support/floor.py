"""People to call and agents to talk to them, for campaigns over the laboratory of a real Asterisk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from support.cast import NOW, Cast, person

if TYPE_CHECKING:
    from campana.crm.models import Contact


def people(cast: Cast, numbers: Sequence[str], *, zone: str = "", valid: bool = True) -> list[Contact]:
    """One contact of Lumen for each number."""
    from campana.crm.models import Contact, ContactNumber

    made = Contact.objects.bulk_create(
        Contact(organisation=cast.lumen, name=f"Person {n}", time_zone=zone, created_at=NOW, updated_at=NOW)
        for n in range(len(numbers))
    )
    ContactNumber.objects.bulk_create(
        ContactNumber(organisation=cast.lumen, contact=contact, position=1, number=number, valid=valid)
        for contact, number in zip(made, numbers, strict=True)
    )
    return made


def floor(cast: Cast, size: int) -> list[int]:
    """Ready agents at telephones that answer at once and hang up after two seconds."""
    from campana.workforce.models import Agent

    agents = [
        Agent(
            organisation=cast.lumen,
            user=person(cast.lumen, f"Agent{n}", "operator"),
            endpoint=f"PJSIP/{1201 + n}",
            wanted="ready",
            online=True,
            dialling=True,
        )
        for n in range(size)
    ]
    return [agent.pk for agent in Agent.objects.bulk_create(agents)]
