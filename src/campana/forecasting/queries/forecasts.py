"""Forecasts that were made, and how often they were right."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, F, Q

from campana.accounts.models import Organisation
from campana.campaigns.models import Campaign
from campana.engine.words import CampaignState
from campana.forecasting.models import Forecast
from campana.forecasting.questions import Question
from campana.kernel.clock import Instant

FRESH: Final = timedelta(minutes=5)
"""How old a forecast of a campaign that is dialling may be before it is worked out again."""
FRESH_AT_REST: Final = timedelta(hours=1)
"""The same while nothing is dialled."""
TRY_AGAIN: Final = timedelta(minutes=1)
"""What could not be forecast is tried again after this."""
ENOUGH: Final = 10
"""Forecasts whose end is known, before anything is said about how good they are."""


def key_of(campaign: Campaign, question: Question) -> str:
    """The same as long as neither the question nor the campaign's settings change."""
    saved_at = campaign.draft.get("saved_at") if campaign.draft else None
    about = [campaign.version, campaign.run, campaign.reopened, len(campaign.tasks_to_build), saved_at, question.given]
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:40]


def latest(campaign: Campaign, question: Question) -> Forecast | None:
    """The newest answer to this question about the campaign as it is set now, or the one being worked out."""
    rows = Forecast.objects.filter(
        organisation=campaign.organisation_id, campaign=campaign, key=key_of(campaign, question)
    )
    return rows.order_by("-pk").first()


def answered_before(campaign: Campaign, found: Forecast | None) -> Forecast | None:
    """What there is to show: ``found``, or while it is worked out the answer before it."""
    if found is None or not found.live:
        return found
    rows = Forecast.objects.filter(organisation=campaign.organisation_id, campaign=campaign, question={})
    return rows.filter(state=Forecast.State.FINISHED, pk__lt=found.pk).order_by("-pk").first()


def is_stale(forecast: Forecast | None, campaign: Campaign, now: Instant) -> bool:
    if forecast is None:
        return True
    if forecast.live:
        return False
    age = FRESH if campaign.state == CampaignState.RUNNING else FRESH_AT_REST
    if forecast.state == Forecast.State.FAILED:
        age = TRY_AGAIN
    return now - (forecast.finished_at or forecast.asked_at) > age


@dataclass(frozen=True, slots=True)
class Record:
    """Of ``told`` forecasts whose campaign is done since, in ``inside`` the end lay in the range."""

    told: int
    inside: int

    @property
    def enough(self) -> bool:
        return self.told >= ENOUGH


def record_of(organisation: Organisation) -> Record:
    rows = Forecast.objects.filter(organisation=organisation, done_at__isnull=False)
    told = rows.aggregate(told=Count("pk"), inside=Count("pk", filter=_INSIDE))
    return Record(told["told"], told["inside"])


_INSIDE: Final = Q(early__lte=F("done_at")) & (Q(late__isnull=True) | Q(late__gte=F("done_at")))
