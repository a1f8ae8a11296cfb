"""Background work of campaigns, enqueued inside the transaction that causes it."""

from __future__ import annotations

from typing import Final

from procrastinate.contrib.django import app

from campana.campaigns.models import Campaign

BUILD_TASKS: Final = "campaigns.build_tasks"
QUEUE: Final = "campaigns"


def build_later(campaign: Campaign, *, seconds: int = 0) -> None:
    """Have the campaign's sources turned into tasks; one job at a time for one campaign."""
    app.configure_task(
        BUILD_TASKS,
        queue=QUEUE,
        lock=f"campaign-{campaign.pk}",
        schedule_in={"seconds": seconds} if seconds else None,
    ).defer(organisation_id=campaign.organisation_id, campaign_id=campaign.pk)
