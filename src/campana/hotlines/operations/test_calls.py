"""A test call: one call over a chosen trunk to a typed number, to hear whether the line works (appendix B27)."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.crm.models import Suppression
from campana.crm.numbers import read_number
from campana.hotlines.models import Hotline, TestCall, Trunk
from campana.hotlines.operations.hotlines import BadNumber
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound, Refused
from campana.relay import mailbox


class AnotherIsRunning(Refused):
    code = "test_call_running"
    detail = "A test call is under way. Wait for its end, or hang it up."


class TrunkIsOff(Invalid):
    code = "trunk_is_off"
    detail = "The trunk is switched off. Switch it on first."


class NoSuchHotline(Invalid):
    code = "no_such_hotline"
    detail = "There is no such hotline. Choose one from the list."


class NumberProtected(Invalid):
    code = "number_protected"
    detail = "Nobody may call this number: it is on the do-not-call list or of a blocked range."


class NumberBusy(Invalid):
    code = "number_in_a_call"
    detail = "This number is in a call at this moment."


class NoFreeChannel(Refused):
    code = "no_free_channel"
    detail = "All channels of the trunk, or all licensed calls, are in use. Try again in a moment."


class AllStopped(Refused):
    code = "emergency_stop"
    detail = "All dialling is stopped by the emergency stop."


def ask_test_call(*, actor: Actor, trunk_id: int, hotline_id: int, number: str, now: Instant) -> TestCall:
    """Leave the order for the engine's process. ``number`` as people write it.

    Raises BadNumber, NoSuchHotline, NotFound, TrunkIsOff, NumberProtected, NumberBusy, NoFreeChannel, AllStopped,
    AnotherIsRunning.
    """
    actor.require(permissions.HOTLINES_MANAGE)
    tenant = actor.organisation
    trunk = Trunk.objects.filter(organisation=tenant, pk=trunk_id).first()
    if trunk is None:
        raise NotFound(kind="trunk")
    hotline = Hotline.objects.filter(organisation=tenant, pk=hotline_id).first()
    if hotline is None:
        raise NoSuchHotline(field="hotline_id")
    reading = read_number(number, tenant.default_country)
    if reading.problem is not None or not reading.number:
        raise BadNumber(field="number")
    _check(actor, trunk, reading.number, now)
    with transaction.atomic():
        _close_untaken(actor, now)
        try:
            with transaction.atomic():
                row = TestCall.objects.create(
                    organisation=tenant,
                    trunk=trunk,
                    number=reading.number,
                    caller_id=hotline.number,
                    asked_by=actor.user,
                    asked_at=now,
                )
        except IntegrityError:
            raise AnotherIsRunning from None
        _record(actor, "trunk.test_call", row, now)
        mailbox.post(organisation_id=tenant.pk, kind="test_call", now=now, id=row.pk)
    return row


def end_test_call(*, actor: Actor, test_call_id: int, now: Instant) -> None:
    """Hang up, or take the order back while nobody took it."""
    actor.require(permissions.HOTLINES_MANAGE)
    with transaction.atomic():
        mine = TestCall.objects.select_for_update().filter(organisation=actor.organisation, pk=test_call_id)
        row = mine.first()
        if row is None:
            raise NotFound(kind="test call")
        if row.ended_at is not None:
            return
        if row.began_at is None:
            mine.update(ended_at=now, untaken=True)
            return
        mailbox.post(organisation_id=actor.organisation.pk, kind="test_call_end", now=now, id=row.pk)


def _check(actor: Actor, trunk: Trunk, number: str, now: Instant) -> None:
    tenant = actor.organisation
    if tenant.emergency_stopped_at is not None:
        raise AllStopped
    if not trunk.enabled:
        raise TrunkIsOff(field="trunk_id")
    in_force = Suppression.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), organisation=tenant, number=number, starts_at__lte=now
    ).exclude(reason=Suppression.Reason.DO_NOT_CALL_AGAIN)
    if any(number.startswith(prefix) for prefix in tenant.blocked_prefixes) or in_force.exists():
        raise NumberProtected(field="number")
    live = tenant.attempt_set.filter(ended_at=None)
    if live.filter(number=number).exists():
        raise NumberBusy(field="number")
    if live.count() >= tenant.licence_calls or live.filter(trunk=trunk).count() >= trunk.channels:
        raise NoFreeChannel


def _close_untaken(actor: Actor, now: Instant) -> None:
    rows = TestCall.objects.filter(organisation=actor.organisation, ended_at=None, began_at=None)
    rows.filter(asked_at__lt=now - mailbox.UNTAKEN).update(ended_at=now, untaken=True)


def _record(actor: Actor, action: str, row: TestCall, now: Instant) -> None:
    record_audit(
        actor=actor,
        action=action,
        object_type="trunk",
        object_id=row.trunk_id,
        now=now,
        after={"number": row.number, "caller_id": row.caller_id},
    )
