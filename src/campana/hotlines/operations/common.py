"""What trunks and hotlines share: names, audit, the engine's bell, and who uses them."""

from __future__ import annotations

import re
from typing import Any, Final

from django.db import IntegrityError, models, transaction

from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.hotlines.models import Hotline
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, Refused
from campana.relay import mailbox

UNFINISHED: Final = ("processing", "not_approved", "scheduled", "running", "paused")
"""engine.words.CampaignState from which a campaign counts on its hotlines."""
TECHNOLOGY: Final = re.compile(r"^pjsip/", re.IGNORECASE)
ENDPOINT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
"""What every driver dials (telephony.asterisk.commands)."""


class NameTaken(Invalid):
    code = "name_taken"
    detail = "There is one of this name already. Choose another name."


class NameNeeded(Invalid):
    code = "name_needed"
    detail = "A name has 1 to {limit} characters."


class BadEndpoint(Invalid):
    code = "bad_endpoint"
    detail = "The switch's name of it has letters, digits and . _ -, without spaces."


class InUse(Refused):
    code = "hotline_in_use"
    detail = "Unfinished campaigns use it: {users}. Give them another hotline first, or finish them."


def name_of(typed: str, limit: int = 80, *, optional: bool = False) -> str:
    name = " ".join(str(typed).replace("\0", "").split())
    if len(name) > limit or not (name or optional):
        raise NameNeeded(field="label" if optional else "name", limit=limit)
    return name


def endpoint_of(typed: str) -> str:
    """No user's text may become a command of the switch: a strict set of characters.

    ``PJSIP/`` in front is what agents' telephones have and people write here as well.
    """
    endpoint = TECHNOLOGY.sub("", str(typed).strip(), count=1)
    if not ENDPOINT.fullmatch(endpoint):
        raise BadEndpoint(field="endpoint")
    return endpoint


def saved(row: models.Model, taken: Invalid) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise taken from None


def told(actor: Actor, action: str, row: models.Model, now: Instant, **after: Any) -> None:
    record_audit(
        actor=actor,
        action=action,
        object_type=action.split(".")[0],
        object_id=row.pk,
        now=now,
        after=after or None,
    )
    mailbox.post(organisation_id=actor.organisation.pk, kind="hotlines", now=now)


def users_of(hotlines: models.QuerySet[Hotline]) -> list[str]:
    """Names of a few unfinished campaigns that show one of these numbers."""
    ids = list(hotlines.values_list("pk", flat=True))
    users = Hotline.objects.filter(pk__in=ids, campaigns__state__in=UNFINISHED)
    return list(users.order_by("campaigns__name").values_list("campaigns__name", flat=True).distinct()[:5])


def refuse_if_used(hotlines: models.QuerySet[Hotline]) -> None:
    users = users_of(hotlines)
    if users:
        raise InUse(users=", ".join(users))
