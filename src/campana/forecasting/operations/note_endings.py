"""What came of forecasts, and forgetting the questions nobody asks again."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import OuterRef, Subquery

from campana.campaigns.models import Campaign
from campana.engine.words import CampaignReason, CampaignState
from campana.forecasting.models import Forecast
from campana.kernel.clock import Instant

KEPT: Final = timedelta(days=1)
"""How long an answered "what if" is kept."""


def note_endings() -> int:
    """Campaigns whose list is done: their forecasts learn when that was. How many did.

    Only forecasts of the campaign as it stood count; those that were made in its last minutes are no achievement, so
    what was asked less than an hour before the end is left out (``done_at`` stays blank).
    """
    done = Campaign.objects.filter(state=CampaignState.FINISHED, state_reason=CampaignReason.EXHAUSTED)
    ended = done.filter(pk=OuterRef("campaign_id")).values("state_since")[:1]
    open_ = Forecast.objects.filter(
        done_at__isnull=True, question={}, state=Forecast.State.FINISHED, campaign__in=done.values("pk")
    )
    counted = [
        row.pk for row in open_.annotate(ended=Subquery(ended)) if row.asked_at <= row.ended - timedelta(hours=1)
    ]
    return Forecast.objects.filter(pk__in=counted, done_at__isnull=True).update(done_at=Subquery(ended))


def forget_questions(*, now: Instant) -> int:
    """Answers to "what if" a day old, and answers about settings that have changed since, except the last of a day."""
    old = Forecast.objects.filter(asked_at__lt=now - KEPT)
    deleted, _ = old.exclude(question={}).delete()
    return deleted
