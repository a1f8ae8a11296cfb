"""One batch of contacts becomes tasks: the statement, the totals, the zones, the engine's bell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from campana.campaigns.judging import INSERT_TASKS, Counts, settings_of
from campana.campaigns.models import Campaign
from campana.campaigns.operations.lock import LIVE
from campana.campaigns.queries.sources import room_in
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound
from campana.relay import mailbox


def one_at_a_time(campaign_id: int) -> None:
    """Whoever adds tasks to a campaign waits for the one before, until his transaction ends: two batches
    that do not see each other could hold the same number twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('campaign tasks', %s))", [campaign_id])


def insert_tasks(
    campaign: Campaign,
    picked: str,
    parameters: Sequence[Any],
    now: Instant,
    *,
    fresh: str = "",
    room: int | None = None,
) -> Counts:
    """Insert and count; ``picked`` is one of ``judging``'s ``OF_…`` with its parameters, ``fresh`` may be its
    OF_NEW_CONTACTS. ``room``: where the caller counted it already. Hold ``one_at_a_time``.

    Until the transaction ends nobody deletes the campaign, which stands in for a check of every task's foreign
    key; the engine may write to it meanwhile. Raises NotFound when it is gone.
    """
    room = room_in(campaign) if room is None else room
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM campaigns_campaign WHERE id = %s FOR KEY SHARE", [campaign.pk])
        if cursor.fetchone() is None:
            raise NotFound(kind="campaign")
        cursor.execute(
            INSERT_TASKS.replace("__PICKED__", picked)
            .replace("__FRESH__", fresh)
            .replace("__ON_CONFLICT__", "" if fresh else "ON CONFLICT DO NOTHING"),
            [*parameters, *settings_of(campaign, now=now, room=room)],
        )
        counts = Counts(*cursor.fetchone())
    row = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    zones = sorted({*row.zones, *(counts.zones or ())})
    Campaign.objects.filter(pk=row.pk).update(intake=counts.added_to(row.intake), zones=zones)
    if row.state in LIVE:
        if zones != row.zones:
            mailbox.post(organisation_id=row.organisation_id, kind="campaign", now=now, id=row.pk)
        mailbox.post(organisation_id=row.organisation_id, kind="tasks", now=now, campaign=row.pk)
    return counts
