"""Background jobs of campaigns."""

from __future__ import annotations

from procrastinate.contrib.django import app

from campana.campaigns.models import Campaign
from campana.campaigns.operations.build_tasks import Step, build_tasks
from campana.campaigns.operations.jobs import BUILD_TASKS, QUEUE, build_later
from campana.campaigns.operations.look import JUDGE, count_and_keep
from campana.kernel.clock import utc_now
from campana.tenancy import organisation_scope

WAIT_FOR_FILE = 2
"""Seconds until a file that is still being read is looked at again."""


@app.task(name=BUILD_TASKS, queue=QUEUE, retry=5)
def build(organisation_id: int, campaign_id: int) -> None:
    """Turn the sources of a campaign into tasks; killed and started again it goes on where it was."""
    with organisation_scope(organisation_id):
        if build_tasks(campaign_id=campaign_id, now=utc_now()) is Step.WAIT:
            build_later(Campaign.objects.get(pk=campaign_id), seconds=WAIT_FOR_FILE)


@app.task(name=JUDGE, queue=QUEUE)
def judge(organisation_id: int, campaign_id: int) -> None:
    """Count who of a draft's sources can be called, for the pages that show it; done twice it counts twice."""
    with organisation_scope(organisation_id):
        count_and_keep(campaign_id=campaign_id, now=utc_now())
