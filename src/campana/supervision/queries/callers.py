"""Who calls us at this moment, and what became of those who called today."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from campana.accounts.actors import Actor
from campana.calls.models import Attempt
from campana.calls.permissions import attempt_scope
from campana.engine.words import DialMode, Outcome
from campana.hotlines.models import Answering
from campana.kernel.clock import Instant

MOST = 50


@dataclass(frozen=True, slots=True)
class Callers:
    live: list[Attempt]
    """Those who wait first, the longest wait on top; then those who talk."""
    came: int
    answered: int
    missed: int
    lost: int

    @property
    def waiting(self) -> int:
        return sum(attempt.connected_at is None for attempt in self.live)


def callers(actor: Actor, since: Instant) -> Callers | None:
    """None where no number is answered and nobody called."""
    rows = Attempt.objects.filter(attempt_scope(actor), organisation=actor.organisation, mode=DialMode.INBOUND)
    live = list(rows.filter(ended_at=None).select_related("contact", "hotline", "agent__user").order_by("pk")[:MOST])
    found = rows.filter(began_at__gte=since).order_by().values_list("outcome").annotate(n=Count("pk"))
    by_outcome = Counter(dict(found))
    if not live and not by_outcome and not Answering.objects.filter(organisation=actor.organisation).exists():
        return None
    return Callers(
        live=sorted(live, key=lambda attempt: attempt.connected_at is not None),
        came=sum(by_outcome.values()),
        answered=by_outcome[Outcome.ANSWERED],
        missed=by_outcome[Outcome.MISSED],
        lost=by_outcome[Outcome.LOST],
    )
