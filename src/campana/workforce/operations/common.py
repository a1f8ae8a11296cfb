"""Names, audit and the engine's bell, as all of workforce use them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound, Refused
from campana.relay import mailbox

M = TypeVar("M", bound=models.Model)


class NameTaken(Invalid):
    code = "name_taken"
    detail = "There is one of this name already. Choose another name."


class NameNeeded(Invalid):
    code = "name_needed"
    detail = "A name has 1 to {limit} characters."


class InUse(Refused):
    code = "in_use"
    detail = "Campaigns use it: {users}. Take it out of them first."


class AnswersCalls(Refused):
    code = "answers_calls"
    detail = "Calls to these hotlines are answered with it: {users}. Choose something else there first."


def name_of(typed: str, limit: int = 120) -> str:
    name = " ".join(str(typed).replace("\0", "").split())
    if not 1 <= len(name) <= limit:
        raise NameNeeded(field="name", limit=limit)
    return name


def locked(model: type[M], pk: int, actor: Actor, kind: str, within: models.Q | None = None) -> M:
    """``within``: the actor's scope for this kind of object. Raises NotFound."""
    row = (
        model._default_manager.select_for_update(of=("self",))
        .filter(within or models.Q(), pk=pk, organisation_id=actor.organisation.pk)
        .first()
    )
    if row is None:
        raise NotFound(kind=kind)
    return row


def saved(row: models.Model) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise NameTaken(field="name") from None


def audited(
    actor: Actor,
    action: str,
    object_type: str,
    object_id: object,
    now: Instant,
    *,
    before: Mapping[str, Any] | None = None,
    **after: Any,
) -> None:
    record_audit(
        actor=actor,
        action=action,
        object_type=object_type,
        object_id=object_id,
        now=now,
        before=before,
        after=after or None,
    )


def ring(actor: Actor, kind: str, now: Instant, **payload: Any) -> None:
    mailbox.post(organisation_id=actor.organisation.pk, kind=kind, now=now, **payload)
