"""Contacts given one by one to a campaign that is not finished: by the API, an automation, a screen.

Idempotent twice: an ``external_id`` or a contact that is in the campaign already answers with the task there
is. Every item is answered for itself; one bad item does not keep the others out (CAM-698 to CAM-705).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.campaigns.judging import OF_ITEMS
from campana.campaigns.models import Campaign, Task
from campana.campaigns.operations.add_sources import ContactsLimit
from campana.campaigns.operations.directory import contact_of
from campana.campaigns.operations.insert_tasks import insert_tasks, one_at_a_time
from campana.campaigns.operations.lock import locked, move_of
from campana.campaigns.transitions import Verb
from campana.campaigns.validation import read
from campana.campaigns.validation import refusals as no
from campana.crm.models import ContactNumber
from campana.kernel.clock import Instant, is_zone
from campana.kernel.refusals import Invalid, Refused

MAX_ITEMS = 1000


class BadItems(Invalid):
    code = "bad_items"
    detail = "Give from 1 to {limit} items."


class DuplicateNumber(Refused):
    code = "duplicate_number"
    detail = "The number of this contact is in the campaign already, as task {task}."


class NotAZone(Invalid):
    code = "not_a_zone"
    detail = "This is no time zone. Give one such as Asia/Ho_Chi_Minh."


@dataclass(frozen=True, slots=True)
class Item:
    contact_id: int
    zone: str
    priority: int | None
    not_before: Instant | None
    not_after: Instant | None
    external_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one item: a task (``created`` or there before), or a refusal."""

    task: Task | None = None
    created: bool = False
    refused: Refused | None = None


def add_tasks(*, campaign: Campaign, actor: Actor, items: Sequence[Mapping[str, Any]], now: Instant) -> list[Answer]:
    """One answer an item, in their order. Raises WrongState (409 when finished), BadItems, NotAllowed.

    An item has ``contact_id``, or ``phones`` with ``name``, ``fields`` and so on for the directory; and
    ``priority``, ``not_before``, ``not_after``, ``time_zone``, ``external_id`` of the task.
    """
    actor.require(permissions.CAMPAIGNS_CONTACTS)
    if not 1 <= len(items) <= MAX_ITEMS:
        raise BadItems(field="items", limit=MAX_ITEMS)
    with transaction.atomic():
        one_at_a_time(campaign.pk)
        row = locked(campaign.pk, actor)
        move_of(row, Verb.ADD_TASKS)
        answers: list[Answer | Item] = [_read(row, actor, item, now) for item in items]
        wanted = [answer for answer in answers if isinstance(answer, Item)]
        there = set(
            Task.objects.filter(campaign=row, contact__in=[item.contact_id for item in wanted]).values_list(
                "contact_id", flat=True
            )
        )
        if wanted:
            _insert(row, wanted, now)
            record_audit(
                actor=actor,
                action="campaign.add_contacts",
                object_type="campaign",
                object_id=row.pk,
                now=now,
                after={"items": len(wanted)},
            )
        return _answers(row, answers, there)


def _read(row: Campaign, actor: Actor, item: Mapping[str, Any], now: Instant) -> Item | Answer:
    try:
        external_id = read.text(120)("external_id", item.get("external_id"))
        if external_id:
            known = Task.objects.filter(campaign=row, external_id=external_id).first()
            if known:
                return Answer(task=known)
        zone = read.text(64)("time_zone", item.get("time_zone"))
        if zone and not is_zone(zone):
            raise NotAZone(field="time_zone")
        not_before, not_after = (read.instant(name, item.get(name)) for name in ("not_before", "not_after"))
        if not_before and not_after and not_after <= not_before:
            raise no.EndBeforeStart(field="not_after")
        return Item(
            priority=read.whole(1, 99, optional=True)("priority", item.get("priority")),
            zone=zone,
            not_before=not_before,
            not_after=not_after,
            external_id=external_id,
            contact_id=contact_of(item, actor=actor, now=now),
        )
    except Refused as refused:
        return Answer(refused=refused)


def _insert(row: Campaign, items: list[Item], now: Instant) -> None:
    lists: list[list[Any]] = [
        [item.contact_id for item in items],
        list(range(len(items))),
        [item.zone for item in items],
        [item.priority for item in items],
        [item.not_before for item in items],
        [item.not_after for item in items],
        [item.external_id for item in items],
    ]
    insert_tasks(row, OF_ITEMS, lists, now)


def _answers(row: Campaign, answers: Sequence[Answer | Item], there: set[int]) -> list[Answer]:
    contacts = [answer.contact_id for answer in answers if isinstance(answer, Item)]
    tasks = {task.contact_id: task for task in Task.objects.filter(campaign=row, contact__in=contacts)}
    seen, out = set(there), list[Answer]()
    for answer in answers:
        if isinstance(answer, Answer):
            out.append(answer)
        elif task := tasks.get(answer.contact_id):
            out.append(Answer(task=task, created=task.contact_id not in seen))
            seen.add(task.contact_id)
        elif answer.external_id and (
            known := Task.objects.filter(campaign=row, external_id=answer.external_id).first()
        ):
            out.append(Answer(task=known))  # of an item before it
        else:
            out.append(Answer(refused=_why_not(row, answer.contact_id)))
    return out


def _why_not(row: Campaign, contact_id: int) -> Refused:
    """A contact without a task after the insert: its number is there, or the campaign is full."""
    copy = Task.objects.filter(campaign=row, number__in=_numbers(contact_id)).exclude(number="").first()
    if copy:
        return DuplicateNumber(field="phones", task=copy.pk)
    limit = row.organisation.campaign_contacts_limit
    return ContactsLimit(field="items", limit=limit, count=limit + 1)


def _numbers(contact_id: int) -> list[str]:
    numbers = ContactNumber.objects.filter(contact=contact_id, valid=True).order_by("position")
    return list(numbers.values_list("number", flat=True)[:1])
