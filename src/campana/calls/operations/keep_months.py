"""The time of keeping: months of attempts, skips and presence that are wholly older go, each by dropping a part.

What was counted of them stays, so charts and figures of campaigns keep what they showed.
"""

from __future__ import annotations

from typing import Final

import structlog
from django.db import OperationalError, connection, transaction

from campana.accounts.actors import system_actor
from campana.accounts.models import Organisation
from campana.accounts.operations.record_audit import record_audit
from campana.calls.models import Arrival, Attempt, CallRequest
from campana.calls.operations.forget_recordings import delete_recording
from campana.kernel.clock import Instant
from campana.months import Part, drop, months_before, parts, tables
from campana.tenancy import system_scope

ATTEMPTS: Final = Attempt._meta.db_table
HELPING: Final = 5_000
log = structlog.get_logger("campana.months")


def keep_months(*, months: int, now: Instant) -> list[str]:
    """Keep this month and ``months`` whole ones before it, of all organisations; 0 keeps everything. Answers the names
    of the parts that went. A part with a live attempt stays, and one that is in use goes another night."""
    if not months:
        return []
    oldest = months_before(now, months)
    with system_scope():
        old = [part for table in tables() for part in parts(table) if part.ends <= oldest]
        gone = [part.name for part in old if _drop(part, now)]
        _forget_requests(oldest)
    return gone


def _drop(part: Part, now: Instant) -> bool:
    try:
        counts = _attempts_leave(part) if part.table == ATTEMPTS else {}
    except OSError as error:
        log.warning("a month is kept: a recording of it can not be deleted", part=part.name, error=error.strerror)
        return False
    if counts is None:
        log.warning("a month is kept: an attempt in it is not over", part=part.name)
        return False
    try:
        with transaction.atomic():
            drop(part)
            for organisation in Organisation.objects.filter(pk__in=counts):
                record_audit(
                    actor=system_actor(organisation),
                    action="organisation.forget_calls",
                    object_type="organisation",
                    object_id=organisation.pk,
                    now=now,
                    after={"calls": counts[organisation.pk], "before": part.ends.date().isoformat()},
                )
    except OperationalError as error:
        log.warning("a month is kept for now: its part is in use", part=part.name, error=str(error))
        return False
    log.info("a month is over its time of keeping", part=part.name, attempts=sum(counts.values()))
    return True


def _attempts_leave(part: Part) -> dict[int, int] | None:
    """Take away what hangs on these attempts and count them by organisation; None: one of them is still live.

    Files of recordings go before the rows that know of them, so that none is lost sight of.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {part.name} WHERE ended_at IS NULL)")  # noqa: S608 - our name
        if cursor.fetchone()[0]:
            return None
        cursor.execute(f"SELECT organisation_id, count(*) FROM {part.name} GROUP BY 1")  # noqa: S608
        counts: dict[int, int] = dict(cursor.fetchall())
        cursor.execute(
            f"SELECT recording FROM {part.name} WHERE recording <> '' EXCEPT"  # noqa: S608
            f" SELECT recording FROM {ATTEMPTS} WHERE recording <> '' AND id >= %s",
            [part.high],
        )
        for (name,) in cursor.fetchall():
            delete_recording(name)
    CallRequest.objects.filter(attempt__lt=part.high).update(attempt=None)
    while old := list(Arrival.objects.filter(attempt_id__lt=part.high).values_list("pk", flat=True)[:HELPING]):
        Arrival.objects.filter(pk__in=old).delete()
    return counts


def _forget_requests(oldest: Instant) -> None:
    """Calls asked for by hand are few, and not in parts."""
    requests = CallRequest.objects.filter(asked_at__lt=oldest, attempt=None)
    while old := list(requests.values_list("pk", flat=True)[:HELPING]):
        CallRequest.objects.filter(pk__in=old).delete()
