"""Calling by hand: a contact's number, the number of an attempt, or one typed on the dial pad (CRM-211, CRM-213).

Nobody may be called by hand whom the law or the do-not-call list protects: the rules are those of the engine, which
has the last word. What can be known beforehand is refused here, at once and with words.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.calls.models import Attempt, CallRequest, LiveCall
from campana.calls.operations.end_listening import end_listening
from campana.calls.permissions import attempt_scope
from campana.crm.models import Contact, ContactNumber, Suppression
from campana.crm.numbers import read_number
from campana.desk.operations.places import agent_of
from campana.desk.telephones import Telephone, telephone_of
from campana.engine.words import AgentState, Presence
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound, Refused
from campana.relay import mailbox
from campana.workforce.models import Agent

FREE: Final = (AgentState.NOT_READY, AgentState.READY, AgentState.AVAILABLE)
UNANSWERED: Final = timedelta(seconds=20)
"""After so long a request that nobody answered stands in nobody's way; the engine does not take it up any more."""


class YouAreOff(Refused):
    code = "you_are_off"
    detail = "You are off. Choose ready or not ready, then call."


class NoTelephone(Refused):
    code = "no_telephone"
    detail = "Your place has no telephone yet: an administrator must enter one."


class OnAnotherCall(Refused):
    code = "on_another_call"
    detail = "You are busy with another call or contact. Finish it first."


class NotANumber(Invalid):
    code = "not_a_number"
    detail = "This is not a telephone number that can be dialled."


class DoNotCall(Refused):
    code = "do_not_call"
    detail = "Do not call: this number or contact is on the do-not-call list."


class InACall(Refused):
    code = "number_in_a_call"
    detail = "This number is in a call at this moment."


class EverythingStopped(Refused):
    code = "emergency_stop"
    detail = "All dialling is stopped by the emergency stop."


@transaction.atomic
def call(
    *,
    actor: Actor,
    number: str = "",
    contact_id: int | None = None,
    attempt_id: int | None = None,
    now: Instant,
) -> CallRequest:
    """Ask the engine to call by hand. Needs ``calls.make`` and a place on the floor that is not off.

    Give exactly one of these, or ``contact_id`` with one of the contact's own ``number``:

    - ``number``: what was typed, in any form; national numbers are read with the organisation's country;
    - ``contact_id``: the contact's first valid number;
    - ``attempt_id``: the number (and contact) of an earlier attempt.

    The agent's own telephone rings first; when it is answered, the number is dialled. Pressing twice asks once: the
    open request of the same number is returned. Raises NotAnAgent, NotAllowed, NotFound (kind ``contact`` or
    ``attempt``), NotANumber (field ``number``), YouAreOff, NoTelephone, OnAnotherCall, DoNotCall, InACall,
    EverythingStopped.

    The answer comes later, into the row: ``attempt_id`` when the call has begun (then the agent's place names the
    same attempt, whose ``campaign``, ``task`` and maybe ``contact`` are None), or ``refusal`` with a code of
    ``RefusalCode`` (``{% state_of "refusal" request.refusal %}``). ``calls.queries.requests.latest`` finds it.
    ``hang_up`` ends or cancels the call, ``enter_result`` and ``save_note`` say what came of it; after a talk the
    agent stays in wrap-up, without a countdown, until ``ready`` (CRM-236).
    """
    actor.require(permissions.CALLS_MAKE)
    agent = agent_of(actor, locked=True)
    digits, contact, zone = _whom(actor, number, contact_id, attempt_id)
    open_one = CallRequest.objects.filter(agent=agent, answered_at=None, asked_at__gt=now - UNANSWERED).last()
    if open_one is not None and open_one.number == digits:
        return open_one
    _check_place(agent, busy=open_one is not None)
    _check_number(actor, digits, contact, now)
    end_listening(listener=agent, now=now)
    request = CallRequest.objects.create(
        organisation=actor.organisation, agent=agent, number=digits, contact=contact, time_zone=zone, asked_at=now
    )
    mailbox.post(organisation_id=actor.organisation.pk, kind="call", now=now, request=request.pk)
    return request


def _check_place(agent: Agent, *, busy: bool) -> None:
    if agent.wanted == Presence.OFF or not agent.online:
        raise YouAreOff
    if telephone_of(agent) is Telephone.MISSING:
        raise NoTelephone
    if busy or agent.state not in FREE:
        raise OnAnotherCall


def _whom(actor: Actor, number: str, contact_id: int | None, attempt_id: int | None) -> tuple[str, Contact | None, str]:
    """International digits, the contact they belong to, and the time zone over there where it is known."""
    tenant = actor.organisation
    if attempt_id is not None:
        attempt = _attempt(actor, attempt_id)
        return attempt.number, attempt.contact, _zone(attempt.number, attempt.contact)
    if contact_id is not None:
        contact = Contact.objects.filter(organisation=tenant, pk=contact_id, deleted_at=None).first()
        if contact is None:
            raise NotFound(kind="contact")
        rows = contact.numbers.filter(valid=True)
        if number:
            rows = rows.filter(number=read_number(number, tenant.default_country).number)
        row = rows.exclude(number="").order_by("position").first()
        if row is None:
            raise NotANumber(field="number")
        return row.number, contact, row.time_zone or contact.time_zone
    reading = read_number(number, tenant.default_country)
    if reading.problem is not None or not reading.number:
        raise NotANumber(field="number")
    owner = (
        ContactNumber.objects.filter(organisation=tenant, number=reading.number, contact__deleted_at=None)
        .select_related("contact")
        .order_by("pk")
        .first()
    )
    found = owner.contact if owner else None
    return reading.number, found, reading.time_zone or _zone(reading.number, found)


def _attempt(actor: Actor, attempt_id: int) -> Attempt:
    """Their own, or anybody's for who may see all calls."""
    rows = Attempt.objects.filter(attempt_scope(actor), organisation=actor.organisation, pk=attempt_id)
    rows = rows.select_related("contact")
    if not actor.can(permissions.CALLS_VIEW):
        rows = rows.filter(agent=agent_of(actor))
    attempt = rows.first()
    if attempt is None:
        raise NotFound(kind="attempt")
    return attempt


def _zone(number: str, contact: Contact | None) -> str:
    return read_number(f"+{number}").time_zone or (contact.time_zone if contact else "")


def _check_number(actor: Actor, digits: str, contact: Contact | None, now: Instant) -> None:
    tenant = actor.organisation
    if tenant.emergency_stopped_at is not None:
        raise EverythingStopped
    if any(digits.startswith(prefix) for prefix in tenant.blocked_prefixes):
        raise NotANumber(field="number")
    of_contact = Q(contact=contact, number="") if contact is not None else Q(pk=None)
    in_force = Suppression.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), Q(number=digits) | of_contact,
        organisation=tenant, campaign_id=None, starts_at__lte=now,
    ).exclude(reason=Suppression.Reason.DO_NOT_CALL_AGAIN)  # fmt: skip
    if in_force.exists():  # a "do not call again" mark keeps campaigns away only (CRM-168)
        raise DoNotCall
    if LiveCall.objects.filter(organisation=tenant, number=digits).exists():
        raise InACall
