"""Figures of a campaign's contacts for a page: judged at once where that is quick, else kept and counted by a job.

Kept figures are given again while sources and rules are the same and they are young; older ones are given with
their moment while a job counts anew. Figures of other sources or rules are never given.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app

from campana.campaigns.models import Campaign, Judgement
from campana.campaigns.operations.jobs import QUEUE
from campana.campaigns.queries import judged
from campana.campaigns.queries.judged import Judged
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused

JUDGE: Final = "campaigns.judge"
YOUNG: Final = timedelta(seconds=30)
TIMES: Final = 20
"""Figures are young for so many times as long as counting them took."""
LOST: Final = timedelta(minutes=10)
"""A job that was asked for so long ago is asked for again."""


def look(*, campaign: Campaign, now: Instant, again: bool = False) -> Judged:
    """``again``: somebody asks for new figures however young the kept ones are."""
    key = judged.key_of(campaign)
    row = Judgement.objects.filter(campaign=campaign).first()
    if row is None or row.key != key:
        question = judged.asked(campaign, now)
        if judged.is_light(question):
            return judged.judge(question)
        _ask(campaign, key, now)
        return judged.unknown(campaign)
    kept = judged.from_json(row.told, row.at)
    if not again and now - row.at < max(YOUNG, TIMES * timedelta(seconds=row.seconds)):
        return judged.again(kept) if _is_asked(row, key, now) else kept
    _ask(campaign, key, now)
    return judged.again(kept)


def count_and_keep(*, campaign_id: int, now: Instant) -> None:
    """The job: figures for the sources and rules as they are now."""
    campaign = Campaign.objects.select_related("organisation").filter(pk=campaign_id).first()
    row = Judgement.objects.filter(campaign_id=campaign_id).first()
    if campaign is None or row is None or not row.asked:
        return
    key, began = judged.key_of(campaign), time.monotonic()
    try:
        told = judged.judge(judged.asked(campaign, now))
    except Refused:  # a filter whose field was deleted since: the page itself says so when it looks again
        Judgement.objects.filter(pk=row.pk).update(key="", asked="")
        return
    row.key, row.told, row.at, row.seconds = key, told.as_json(), now, time.monotonic() - began
    row.save(update_fields=["key", "told", "at", "seconds"])
    Judgement.objects.filter(pk=row.pk, asked=key).update(asked="")


def _is_asked(row: Judgement, key: str, now: Instant) -> bool:
    return row.asked == key and row.asked_at is not None and now - row.asked_at < LOST


def _ask(campaign: Campaign, key: str, now: Instant) -> None:
    """One job for one question, however many look."""
    with transaction.atomic():
        row, _ = Judgement.objects.select_for_update().get_or_create(
            campaign=campaign, defaults={"organisation_id": campaign.organisation_id, "at": now}
        )
        if _is_asked(row, key, now):
            return
        row.asked, row.asked_at = key, now
        row.save(update_fields=["asked", "asked_at"])
        app.configure_task(JUDGE, queue=QUEUE, lock=f"judgement-{campaign.pk}").defer(
            organisation_id=campaign.organisation_id, campaign_id=campaign.pk
        )
