"""Sources become tasks, a chunk a transaction (CAM-047).

Every chunk writes its tasks and how far it got together, so a killed job goes on where it was and a repeated
one does nothing. The statement itself is in ``judging``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import transaction

from campana.campaigns.judging import OF_CONTACTS, OF_IMPORT, Counts
from campana.campaigns.models import Approval, Campaign
from campana.campaigns.operations.insert_tasks import insert_tasks, one_at_a_time
from campana.campaigns.operations.lock import tell_moved
from campana.campaigns.queries.sources import SourceKind, contacts_of, is_waiting
from campana.campaigns.transitions import TABLE, Verb
from campana.crm.queries.sql import sql_of
from campana.engine.words import CampaignState, Goal, TaskState
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused
from campana.relay import mailbox

CHUNK = 10_000


class Step(StrEnum):
    MORE = "more"
    WAIT = "wait"
    DONE = "done"


def build_tasks(*, campaign_id: int, now: Instant, chunk: int = CHUNK) -> Step:
    """Turn all sources into tasks and move the campaign on. WAIT: a file is still being read, come again."""
    while True:
        with transaction.atomic():
            step = _step(campaign_id, now, chunk)
        if step is not Step.MORE:
            return step


def _step(campaign_id: int, now: Instant, chunk: int) -> Step:
    one_at_a_time(campaign_id)
    campaign = Campaign.objects.select_related("organisation").filter(pk=campaign_id).first()
    if campaign is None:
        return Step.DONE
    takes_tasks = (CampaignState(campaign.state), Verb.ADD_TASKS) in TABLE
    if campaign.state != CampaignState.PROCESSING and not takes_tasks:
        Campaign.objects.filter(pk=campaign_id).update(tasks_to_build=[])
        return Step.DONE
    if campaign.state == CampaignState.DRAFT:
        return Step.DONE  # a draft keeps its sources until it is created
    if not campaign.tasks_to_build:
        if campaign.state == CampaignState.PROCESSING:
            _built(campaign, now)
        return Step.DONE
    source = campaign.tasks_to_build[0]
    if is_waiting(source):
        return Step.WAIT
    try:
        counts = _insert(campaign, source, now, chunk)
    except Refused as refused:  # a filter whose field was deleted since: said, and the others go on
        counts = None
        Campaign.objects.filter(pk=campaign.pk).update(intake={**campaign.intake, "problem": refused.code})
    _keep(campaign, counts, chunk)
    return Step.MORE


def _insert(campaign: Campaign, source: dict[str, Any], now: Instant, chunk: int) -> Counts:
    after = source.get("after", 0)
    if source["kind"] == SourceKind.IMPORT:
        return insert_tasks(campaign, OF_IMPORT, [source["id"], after, chunk], now)
    contacts = contacts_of(source, campaign.organisation, now).filter(pk__gt=after)
    sql, parameters = sql_of(contacts.order_by("pk").values("pk").distinct()[:chunk])
    return insert_tasks(campaign, OF_CONTACTS.replace("__CONTACTS__", sql), parameters, now)


def _keep(campaign: Campaign, counts: Counts | None, chunk: int) -> None:
    """How far the first source got; it is done after a chunk that was not full."""
    sources = list(Campaign.objects.values_list("tasks_to_build", flat=True).get(pk=campaign.pk))
    if counts is None or counts.picked < chunk:
        sources.pop(0)
    else:
        sources[0] = {**sources[0], "after": counts.last}
    Campaign.objects.filter(pk=campaign.pk).update(tasks_to_build=sources)


def _built(campaign: Campaign, now: Instant) -> None:
    """Processing is over: on to approval or to the schedule, or back to the draft when nobody can be called."""
    state, intake = _after(campaign), dict(campaign.intake)
    if state is CampaignState.DRAFT:
        intake["problem"] = "no_contacts"
    moved = Campaign.objects.filter(pk=campaign.pk, state=CampaignState.PROCESSING).update(
        state=state, state_since=now, version=campaign.version + 1, intake=intake
    )
    if moved:
        tell_moved(campaign, state, now)
    if moved and state is CampaignState.SCHEDULED:
        mailbox.post(organisation_id=campaign.organisation_id, kind="campaign", now=now, id=campaign.pk)
        mailbox.post(organisation_id=campaign.organisation_id, kind="agents", now=now)


def _after(campaign: Campaign) -> CampaignState:
    open_states = [state.value for state in TaskState if not state.final]
    if campaign.goal == Goal.EXHAUST and not campaign.tasks.filter(state__in=open_states).exists():
        return CampaignState.DRAFT
    latest = Approval.objects.filter(campaign=campaign).order_by("-at", "-pk").first()
    approved = latest is not None and latest.approved
    if campaign.organisation.campaigns_need_approval and not approved:
        return CampaignState.NOT_APPROVED
    return CampaignState.SCHEDULED
