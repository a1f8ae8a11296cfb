"""Sources become tasks, a chunk a transaction (CAM-047).

Every chunk writes its tasks and how far it got together, so a killed job goes on where it was and a repeated
one does nothing. The statement itself is in ``judging``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import connection, transaction

from campana.campaigns.judging import INSERT_TASKS, OF_CONTACTS, Counts, settings_of
from campana.campaigns.models import Approval, Campaign
from campana.campaigns.operations.lock import LIVE
from campana.campaigns.queries.sources import contacts_of, is_waiting, room_in
from campana.campaigns.transitions import TABLE, Verb
from campana.engine.words import CampaignState, Goal, TaskState
from campana.kernel.clock import Instant
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
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('campaign tasks', %s))", [campaign_id])
    campaign = Campaign.objects.select_related("organisation").filter(pk=campaign_id).first()
    if campaign is None:
        return Step.DONE
    takes_tasks = (CampaignState(campaign.state), Verb.ADD_TASKS) in TABLE
    if campaign.state != CampaignState.PROCESSING and not takes_tasks:
        _save(campaign_id, sources=[])
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
    counts = _insert(campaign, source, now, chunk)
    _keep(campaign, source, counts, chunk, now)
    return Step.MORE


def _insert(campaign: Campaign, source: dict[str, Any], now: Instant, chunk: int) -> Counts:
    contacts = contacts_of(source, organisation_id=campaign.organisation_id).filter(pk__gt=source.get("after", 0))
    picked = contacts.order_by("pk").values("pk").distinct()[:chunk]
    sql, parameters = picked.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT_TASKS.replace("__PICKED__", OF_CONTACTS.replace("__CONTACTS__", sql)),
            [*parameters, *settings_of(campaign, now=now, room=room_in(campaign))],
        )
        return Counts(*cursor.fetchone())


def _keep(campaign: Campaign, source: dict[str, Any], counts: Counts, chunk: int, now: Instant) -> None:
    row = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    sources = list(row.tasks_to_build)
    if counts.picked < chunk:
        sources.pop(0)
    else:
        sources[0] = {**source, "after": counts.last}
    new_zones = set(counts.zones or ()) - set(row.zones)
    _save(row.pk, sources=sources, intake=counts.added_to(row.intake), zones=sorted({*row.zones, *new_zones}))
    if row.state in LIVE:
        if new_zones:
            mailbox.post(organisation_id=row.organisation_id, kind="campaign", now=now, id=row.pk)
        mailbox.post(organisation_id=row.organisation_id, kind="tasks", now=now, campaign=row.pk)


def _save(
    campaign_id: int, *, sources: list[Any], intake: dict[str, Any] | None = None, zones: list[str] | None = None
) -> None:
    columns: dict[str, Any] = {"tasks_to_build": sources}
    if intake is not None:
        columns |= {"intake": intake, "zones": zones}
    Campaign.objects.filter(pk=campaign_id).update(**columns)


def _built(campaign: Campaign, now: Instant) -> None:
    """Processing is over: on to approval or to the schedule, or back to the draft when nobody can be called."""
    state, intake = _after(campaign), dict(campaign.intake)
    if state is CampaignState.DRAFT:
        intake["problem"] = "no_contacts"
    moved = Campaign.objects.filter(pk=campaign.pk, state=CampaignState.PROCESSING).update(
        state=state, state_since=now, version=campaign.version + 1, intake=intake
    )
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
