"""Asking: an answer that is fresh is given again, one that is being worked out is waited for, else a job begins."""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.forecasting.models import Forecast
from campana.forecasting.queries.forecasts import is_stale, key_of, latest
from campana.forecasting.questions import Question
from campana.kernel.clock import Instant

WORK_OUT: Final = "forecasting.work_out"
QUEUE: Final = "forecasts"


def ask_forecast(*, campaign: Campaign, question: Question, actor: Actor, now: Instant) -> Forecast:
    """Two who ask the same at once get one forecast: the constraint decides."""
    actor.require(permissions.CAMPAIGNS_MANAGE)
    known = latest(campaign, question)
    if known is not None and not is_stale(known, campaign, now):
        return known
    key = key_of(campaign, question)
    try:
        with transaction.atomic():
            forecast = Forecast.objects.create(
                organisation_id=campaign.organisation_id,
                campaign=campaign,
                question=question.given,
                key=key,
                asked_at=now,
            )
            app.configure_task(WORK_OUT, queue=QUEUE, lock=f"forecasts-{campaign.organisation_id}").defer(
                organisation_id=campaign.organisation_id, forecast_id=forecast.pk
            )
            return forecast
    except IntegrityError:
        return Forecast.objects.get(
            organisation_id=campaign.organisation_id, campaign=campaign, key=key, state__in=_LIVE
        )


_LIVE = (Forecast.State.QUEUED, Forecast.State.RUNNING)
