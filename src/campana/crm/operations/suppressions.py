"""Do not call (CAM-647, CRM-165 to CRM-167): putting a contact or a number on the list, and taking it off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.crm.imports.sinks import campaign_sink
from campana.crm.models import Contact, Suppression
from campana.crm.numbers import read_number
from campana.crm.operations.contacts import BadPhone
from campana.crm.operations.values import BadValue, clean_text
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound

SHORTEST_WORDS: Final = 3


class NothingToSuppress(Invalid):
    code = "nothing_to_suppress"
    detail = "Give a contact or a number."


class EndsBeforeStart(Invalid):
    code = "ends_before_start"
    detail = "The end must lie in the future."


def suppress(
    *,
    actor: Actor,
    now: Instant,
    contact: Contact | None = None,
    number: str = "",
    reason: str = Suppression.Reason.OPT_OUT,
    note: str = "",
    ends_at: Instant | None = None,
    campaign_id: int | None = None,
    source: str = Suppression.Source.PAGE,
) -> Suppression:
    """From now on nobody of ``contact`` or ``number`` is called. Repeating it answers with the entry there is.

    Raises NothingToSuppress, NotFound, BadPhone, BadValue, EndsBeforeStart.
    """
    actor.require(permissions.SUPPRESSIONS_MANAGE)
    if reason not in Suppression.Reason.values:
        raise BadValue(field="reason", problem="bad_choice")
    note = clean_text(note, "note", 255)
    if ends_at is not None and ends_at <= now:
        raise EndsBeforeStart(field="ends_at")
    if contact is None and not number.strip():
        raise NothingToSuppress(field="number")
    sink = campaign_sink()
    if campaign_id is not None and sink is not None and not sink.knows(actor, campaign_id):
        raise NotFound(field="campaign_id", kind="campaign")
    if contact is not None and contact.organisation_id != actor.organisation.pk:
        raise NotFound(kind="contact")
    digits = _digits(number, actor) if number.strip() else ""
    with transaction.atomic():
        same = _same(actor, contact, digits, reason, campaign_id, now).first()
        if same is not None and (same.ends_at is None or (ends_at is not None and same.ends_at >= ends_at)):
            return same
        row = Suppression(
            organisation=actor.organisation,
            contact=contact,
            number=digits,
            campaign_id=campaign_id,
            reason=reason,
            note=note,
            source=source,
            created_by=actor.user,
            starts_at=now,
            ends_at=ends_at,
        )
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:  # the number is on it for good: for another contact, or since this moment
            return _for_good(actor, digits, reason, campaign_id)
        facts = {"contact": contact.pk if contact else None, "number": digits, "reason": reason, "note": note}
        _audit(actor, "suppression.add", row, now, facts)
    return row


def lift_suppression(*, actor: Actor, suppression: Suppression, reason: str, now: Instant) -> None:
    """Take an entry off; the words are kept in the audit log. Raises NotAllowed, BadValue, NotFound."""
    actor.require(permissions.SUPPRESSIONS_REMOVE)
    words = clean_text(reason, "reason", 500)
    if len(words) < SHORTEST_WORDS:
        raise BadValue(field="reason", problem="required")
    with transaction.atomic():
        rows = Suppression.objects.filter(pk=suppression.pk, organisation=actor.organisation)
        row = rows.select_for_update().first()
        if row is None:
            raise NotFound(kind="suppression")
        facts = {"contact": row.contact_id, "number": row.number, "was": row.reason, "why": words}
        _audit(actor, "suppression.lift", row, now, facts)
        row.delete()


def _digits(number: str, actor: Actor) -> str:
    reading = read_number(number, actor.organisation.default_country)
    if reading.problem is not None:
        raise BadPhone(field="number", problem=reading.problem.value)
    return reading.number


def _same(
    actor: Actor, contact: Contact | None, number: str, reason: str, campaign_id: int | None, now: Instant
) -> QuerySet[Suppression]:
    rows = Suppression.objects.filter(
        organisation=actor.organisation, contact=contact, number=number, reason=reason, campaign_id=campaign_id
    )
    return rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).order_by(F("ends_at").desc(nulls_first=True))


def _for_good(actor: Actor, number: str, reason: str, campaign_id: int | None) -> Suppression:
    """Of these there is one, whosever number it is: it keeps the number from being called all the same."""
    return Suppression.objects.get(
        organisation=actor.organisation, number=number, reason=reason, campaign_id=campaign_id, ends_at=None
    )


def _audit(actor: Actor, action: str, row: Suppression, now: Instant, facts: Mapping[str, object]) -> None:
    record_audit(actor=actor, action=action, object_type="suppression", object_id=row.pk, now=now, after=dict(facts))
