"""Create: the draft is complete, its contacts are turned into tasks in the background (CAM-047, CAM-048)."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns import drafts
from campana.campaigns.models import Campaign
from campana.campaigns.operations.add_sources import within_limit
from campana.campaigns.operations.approve import answered, may, record
from campana.campaigns.operations.jobs import build_later
from campana.campaigns.operations.lock import locked, move_of, save, to_state, told
from campana.campaigns.queries.chosen import chosen_of
from campana.campaigns.transitions import Verb
from campana.campaigns.validation import problems
from campana.campaigns.validation.clean import REFERENCES, SETTINGS
from campana.engine.words import CampaignState
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalids, Refused

NOT_COUNTED = (CampaignState.DRAFT, CampaignState.ARCHIVED)


class EntriesKept(Refused):
    code = "entries_kept"
    detail = "Something you typed in a step is not right yet, so it was not taken. Mend it or take it out."


class CampaignsLimit(Refused):
    code = "campaigns_limit"
    detail = (
        "Your organisation has {count} campaigns, and at most {limit} are allowed. Archive finished ones, or have"
        " the plan raised. Drafts and archived campaigns are not counted."
    )


def finish_draft(
    *,
    campaign: Campaign,
    actor: Actor,
    now: Instant,
    approve: bool = False,
    start_now: bool | None = None,
    version: int | None = None,
) -> Campaign:
    """Draft becomes Processing. ``approve``: "Create and approve", for who may.

    Raises Invalids with everything that is missing, CampaignsLimit, ContactsLimit, WrongState, Stale.
    """
    actor.require(permissions.CAMPAIGNS_MANAGE)
    if approve:
        may(actor, campaign)
    with transaction.atomic():
        row = locked(campaign.pk, actor, version=version)
        move_of(row, Verb.CREATE)
        wrong = problems(row, now=now)
        if wrong:
            raise Invalids(wrong)
        if drafts.steps_with_kept(row):
            raise EntriesKept()
        within_limit(row, row.tasks_to_build, now)
        _room_for_one_more(row)
        row.intake, row.draft = {}, {}
        columns = ["intake", "draft", *to_state(row, CampaignState.PROCESSING, now)]
        if approve:
            columns += answered(row, start_now, now)
            record(row, actor, True, "", now)
        save(row, *columns)
        build_later(row)
        told(row, actor, "campaign.finish_draft", now, approve=approve, settings=_all_of(row))
    return row


def _all_of(row: Campaign) -> dict[str, Any]:
    """Every setting as it is now, for the log: the edits of a draft are not recorded one by one."""
    names = [name for name in SETTINGS if name not in {"hotlines", "agents", "groups", *REFERENCES}]
    values = {name: getattr(row, name) for name in [*names, *(f"{name}_id" for name in REFERENCES)]} | chosen_of(row)
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def _room_for_one_more(row: Campaign) -> None:
    """Counted one creation at a time, so that two at once can not both be the last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('campaigns', %s))", [row.organisation_id])
    limit = row.organisation.campaigns_limit
    count = Campaign.objects.filter(organisation_id=row.organisation_id).exclude(state__in=NOT_COUNTED).count()
    if count >= limit:
        raise CampaignsLimit(limit=limit, count=count)
