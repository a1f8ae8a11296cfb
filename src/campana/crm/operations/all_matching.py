"""One act on all contacts a list shows, however many: asked for here, done by a job a helping at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.db import transaction
from django.db.models import Max
from procrastinate.contrib.django import app

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.queries.actors import actor_of_user
from campana.crm.models import ContactAct, Suppression
from campana.crm.operations import bulk
from campana.crm.operations.groups import add_to_group
from campana.crm.operations.values import BadValue
from campana.crm.queries.contacts import of_list
from campana.crm.queries.groups import group_of
from campana.kernel.clock import Clock, Instant
from campana.kernel.refusals import NotAllowed, NotFound, Refused

RUN: Final = "campana.crm.run_act"
QUEUE: Final = "imports"
HELPING: Final = 500
"""Contacts of one transaction: as many are dealt with after somebody said stop."""
ACTS: Final[dict[str, str]] = {
    ContactAct.Act.GROUP: permissions.CONTACTS_MANAGE,
    ContactAct.Act.OWNER: permissions.CONTACTS_MANAGE,
    ContactAct.Act.SUPPRESS: permissions.SUPPRESSIONS_MANAGE,
    ContactAct.Act.DELETE: permissions.CONTACTS_MANAGE,
}
"""What may be done, and with which permission."""
_RECORDED: Final = {
    "group": "contact.all_group",
    "owner": "contact.all_owner",
    "suppress": "contact.all_suppress",
    "delete": "contact.all_delete",
}


MANY: Final = 100_000
"""So many are counted for the question; of more it says "more than", and the yes is to all that match."""


class NothingMatches(Refused):
    code = "nothing_matches"
    detail = "No contact matches any more."


class OtherCount(Refused):
    code = "other_count"
    detail = "Meanwhile more contacts match than were named. Look at the number again."


def count(actor: Actor, looked_at: Mapping[str, str], now: Instant) -> int:
    """How many the list shows; one more than MANY stands for any number above. Raises NotFound."""
    rows = of_list(actor, looked_at, now).order_by().values("pk").distinct()
    return rows[: MANY + 1].count()


def ask(
    *,
    actor: Actor,
    act: str,
    answers: Mapping[str, str],
    looked_at: Mapping[str, str],
    expected: int,
    now: Instant,
) -> ContactAct:
    """``expected``: the number somebody said yes to; fewer may match now, not more, unless it was more than MANY.

    Raises NotAllowed, NotFound, BadValue, NothingMatches, OtherCount.
    """
    actor.require(permissions.CONTACTS_MANAGE)
    if act not in ACTS or actor.user is None:
        raise NotAllowed(permission=permissions.CONTACTS_MANAGE)
    actor.require(ACTS[act])
    _check(actor, act, answers)
    rows = of_list(actor, looked_at, now).order_by()
    with transaction.atomic():
        total, upto = rows.count(), rows.aggregate(newest=Max("pk"))["newest"]
        if not total or upto is None:
            raise NothingMatches
        if total > expected and expected <= MANY:
            raise OtherCount
        made = ContactAct.objects.create(
            organisation=actor.organisation,
            author=actor.user,
            act=act,
            answers=dict(answers),
            looked_at=dict(looked_at),
            total=total,
            upto=upto,
            created_at=now,
        )
        _audit(actor, _RECORDED[act], made, now)
        app.configure_task(RUN, queue=QUEUE).defer(organisation_id=actor.organisation.pk, act_id=made.pk)
    return made


def cancel(*, actor: Actor, act: ContactAct, now: Instant) -> bool:
    """What was done stays. Whether it was still to be stopped."""
    actor.require(permissions.CONTACTS_MANAGE)
    open_still = [ContactAct.State.QUEUED, ContactAct.State.RUNNING]
    rows = ContactAct.objects.filter(organisation=actor.organisation, pk=act.pk, state__in=open_still)
    with transaction.atomic():
        stopped = bool(rows.update(state=ContactAct.State.CANCELLED, ended_at=now))
        if stopped:
            _audit(actor, "contact.all_cancel", act, now)
    return stopped


def run(*, act_id: int, clock: Clock) -> None:
    """Go on where it stands, until it is done, stopped, or refused. Two at once take turns."""
    while _one_helping(act_id, clock()):
        pass


def _one_helping(act_id: int, now: Instant) -> bool:
    with transaction.atomic():
        row = ContactAct.objects.select_for_update(of=("self",)).select_related("author").filter(pk=act_id).first()
        if row is None or row.is_over:
            return False
        try:
            with transaction.atomic():
                more = _work(row, now)
        except Refused as refused:
            row.state, row.problem, row.ended_at, more = ContactAct.State.FAILED, refused.code[:60], now, False
        row.save()
    return more


def _work(row: ContactAct, now: Instant) -> bool:
    """With the rights its author has at this moment."""
    actor = actor_of_user(row.author, None)
    if actor is None:
        raise NotAllowed(permission=ACTS[row.act])
    rows = of_list(actor, row.looked_at, now).filter(pk__gt=row.after, pk__lte=row.upto)
    ids = list(rows.order_by("pk").values_list("pk", flat=True).distinct()[:HELPING])
    if not ids:
        row.state, row.ended_at = ContactAct.State.FINISHED, now
        return False
    row.changed += _DO[row.act](actor, ids, row.answers, now)
    row.state, row.done, row.after = ContactAct.State.RUNNING, row.done + len(ids), ids[-1]
    return True


def _group(actor: Actor, ids: list[int], answers: Mapping[str, str], now: Instant) -> int:
    return add_to_group(actor=actor, group=group_of(actor.organisation, _id(answers, "group")), ids=ids, now=now)


def _owner(actor: Actor, ids: list[int], answers: Mapping[str, str], now: Instant) -> int:
    return bulk.change_owner(actor=actor, ids=ids, owner=_id(answers, "owner") or None, now=now)


def _suppress(actor: Actor, ids: list[int], answers: Mapping[str, str], now: Instant) -> int:
    reason, note = answers.get("reason", ""), answers.get("note", "")
    return bulk.suppress_contacts(actor=actor, ids=ids, reason=reason, note=note, now=now)


def _delete(actor: Actor, ids: list[int], answers: Mapping[str, str], now: Instant) -> int:
    return bulk.delete_contacts(actor=actor, ids=ids, now=now)


_DO: Final[Mapping[str, Callable[[Actor, list[int], Mapping[str, str], Instant], int]]] = {
    "group": _group,
    "owner": _owner,
    "suppress": _suppress,
    "delete": _delete,
}


def _check(actor: Actor, act: str, answers: Mapping[str, str]) -> None:
    """What would be refused with the first contact is refused at once."""
    if act == "group":
        group_of(actor.organisation, _id(answers, "group"))
    elif act == "owner" and answers.get("owner"):
        bulk.check_owner(actor, _id(answers, "owner"))
    elif act == "suppress" and answers.get("reason", "") not in Suppression.Reason.values:
        raise BadValue(field="reason", problem="bad_choice")


def _id(answers: Mapping[str, str], name: str) -> int:
    text = answers.get(name, "")
    if not text and name == "owner":
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise BadValue(field=name, problem="required") if not text else NotFound(kind=name)
    return int(text)


def _audit(actor: Actor, action: str, act: ContactAct, now: Instant) -> None:
    record_audit(
        actor=actor,
        action=action,
        object_type="contact",
        object_id=0,
        now=now,
        after={"contacts": act.total},
    )
