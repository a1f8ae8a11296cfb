"""Call backs an agent promised in calls outside campaigns: nobody dials them by itself, the desk reminds of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from campana.calls.models import Attempt
from campana.engine.words import ResultClass
from campana.kernel.clock import Instant
from campana.workforce.models import Agent

KEPT: Final = timedelta(days=30)
"""A promise that is older was broken for good; it stays in the history of the contact."""


def promised_by(agent: Agent, now: Instant, count: int = 10) -> list[Attempt]:
    """Those not kept yet, soonest first: no later call with the same number, whoever began it, was a talk."""
    rows = Attempt.objects.filter(
        organisation=agent.organisation_id,
        agent=agent,
        campaign=None,
        result__result_class=ResultClass.CALL_BACK,
        callback_at__gt=now - KEPT,
    )
    later = Attempt.objects.filter(
        organisation=agent.organisation_id, number=OuterRef("number"), pk__gt=OuterRef("pk"), connected_at__isnull=False
    )
    waiting = rows.exclude(number="").filter(~Exists(later))
    return list(waiting.select_related("contact", "hotline").order_by("callback_at")[:count])
