"""How trunks and hotlines do: what is up, what failed last, and why a number rests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from campana.accounts.actors import Actor
from campana.engine.words import Cause, Outcome
from campana.hotlines.models import Hotline, TestCall, Trunk
from campana.kernel.clock import Instant

LOOKED_AT: Final = 50
"""Attempts that a trunk's health is told from."""
TEST_CALLS: Final = 10
_OURS: Final = (Outcome.HOTLINE_FAILURE, Outcome.CONGESTION, Outcome.SYSTEM_ERROR)
"""Outcomes that say something about the line, not about the callee."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Of the last attempts over a trunk. ``live``: channels in use now, the test call included."""

    live: int
    calls: int
    answered: int
    failed: int
    last_at: Instant | None
    answered_at: Instant | None
    cause: str
    sip_code: int | None


def trunk_health(actor: Actor, trunk: Trunk) -> Health:
    attempts = actor.organisation.attempt_set.filter(trunk=trunk)
    testing = TestCall.objects.filter(trunk=trunk, began_at__isnull=False, ended_at=None).count()
    last = list(
        attempts.exclude(ended_at=None)
        .order_by("-pk")
        .values("outcome", "cause", "sip_code", "ended_at", "answered_at")[:LOOKED_AT]
    )
    failed = [row for row in last if row["outcome"] in _OURS]
    cause, code = (failed[0]["cause"], failed[0]["sip_code"]) if failed else ("", None)
    return Health(
        live=attempts.filter(ended_at=None).count() + testing,
        calls=len(last),
        answered=sum(row["answered_at"] is not None for row in last),
        failed=len(failed),
        last_at=last[0]["ended_at"] if last else None,
        answered_at=next((row["answered_at"] for row in last if row["answered_at"]), None),
        cause=cause,
        sip_code=code,
    )


def why_resting(actor: Actor, hotline: Hotline) -> tuple[str, int | None]:
    """Cause (engine.words.Cause) and SIP code of the failure that put the number to rest; blank when unknown."""
    rows = actor.organisation.attempt_set.filter(hotline=hotline, outcome__in=_OURS)
    found = rows.order_by("-pk").values_list("cause", "sip_code").first()
    return found or ("", None)


def test_calls(actor: Actor, trunk: Trunk) -> list[TestCall]:
    """The last ones, newest first."""
    rows = TestCall.objects.filter(organisation=actor.organisation, trunk=trunk).select_related("asked_by")
    return list(rows.order_by("-pk")[:TEST_CALLS])


def succeeded(call: TestCall) -> bool:
    """The line works: somebody answered, or the network said something sensible of the callee."""
    return call.answered_at is not None or call.cause in {Cause.BUSY, Cause.RING_TIMEOUT, Cause.REJECTED}
