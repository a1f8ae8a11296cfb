"""Approval: given, refused, or taken back before the first call (CAM-048 to CAM-052)."""

from __future__ import annotations

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns.models import Approval, Campaign
from campana.campaigns.operations.lock import has_dialled, locked, move_of, save, to_state, told
from campana.campaigns.permissions import is_own, may_approve
from campana.campaigns.transitions import IsScheduled, Verb
from campana.campaigns.validation import refusals as no
from campana.campaigns.validation.complete import problems
from campana.engine.words import CampaignState, StartKind, Wanted
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalids, NotAllowed, Refused


class ApproverIsAuthor(Refused):
    code = "approver_is_author"
    status = 403
    detail = "Your organisation wants another person than the author to approve a campaign. Ask a colleague."


class HasDialled(Refused):
    code = "campaign_has_dialled"
    detail = "The campaign has made calls already. Finish it instead."


def approve_campaign(
    *,
    campaign: Campaign,
    actor: Actor,
    now: Instant,
    start_now: bool | None = None,
    comment: str = "",
    version: int | None = None,
) -> Campaign:
    """Not approved becomes Scheduled.

    ``start_now`` answers the question of CAM-052 where the start time has come and the start is automatic:
    True starts it, False approves only and leaves the start to a person, None keeps the automatic start.
    """
    may(actor, campaign)
    with transaction.atomic():
        row = locked(campaign.pk, actor, version=version)
        if row.state == CampaignState.SCHEDULED:
            raise IsScheduled(state=row.state, verb=Verb.APPROVE.value)
        move_of(row, Verb.APPROVE)
        if row.end_at and row.end_at <= now:
            raise no.EndInPast(field="end_at")
        wrong = problems(row, now=now)
        if wrong:
            raise Invalids(wrong)
        columns = [*to_state(row, CampaignState.SCHEDULED, now), *answered(row, start_now, now)]
        save(row, *columns)
        record(row, actor, True, comment, now)
        told(row, actor, "campaign.approve", now, start_now=start_now, comment=comment)
    return row


def reject_campaign(
    *, campaign: Campaign, actor: Actor, now: Instant, comment: str = "", version: int | None = None
) -> Campaign:
    """Not approved goes back to its author as a draft, with words."""
    return _back(campaign, actor, now, comment, version, withdraw=False)


def withdraw_approval(
    *, campaign: Campaign, actor: Actor, now: Instant, comment: str = "", version: int | None = None
) -> Campaign:
    """Take an approval back before the first call, or refuse it: the campaign is a draft again."""
    return _back(campaign, actor, now, comment, version, withdraw=True)


def may(actor: Actor, campaign: Campaign) -> None:
    if is_own(actor, campaign) and may_approve(actor):
        raise ApproverIsAuthor()
    if not may_approve(actor, campaign):
        raise NotAllowed(permission=permissions.CAMPAIGNS_APPROVE)


def answered(row: Campaign, start_now: bool | None, now: Instant) -> list[str]:
    """What "start now" or "approve only" changes; the columns to save."""
    row.wanted, row.wanted_at = Wanted.RUN if start_now else "", now
    inside = row.start_at is None or row.start_at <= now
    if start_now is False and inside and row.start_kind == StartKind.AUTOMATIC:
        row.start_kind = StartKind.MANUAL
    return ["wanted", "wanted_at", "start_kind"]


def record(row: Campaign, actor: Actor, approved: bool, comment: str, now: Instant) -> None:
    Approval.objects.create(
        organisation_id=row.organisation_id,
        campaign=row,
        approved=approved,
        by=actor.user,
        at=now,
        comment=comment[:1000],
    )


def _back(
    campaign: Campaign, actor: Actor, now: Instant, comment: str, version: int | None, *, withdraw: bool
) -> Campaign:
    if not may_approve(actor):
        raise NotAllowed(permission=permissions.CAMPAIGNS_APPROVE)
    with transaction.atomic():
        row = locked(campaign.pk, actor, version=version)
        move_of(row, Verb.REJECT)
        if row.state == CampaignState.SCHEDULED and not withdraw:
            raise IsScheduled(state=row.state, verb=Verb.REJECT.value)
        if row.state == CampaignState.SCHEDULED and has_dialled(row):
            raise HasDialled()
        row.wanted = ""
        save(row, "wanted", *to_state(row, CampaignState.DRAFT, now))
        record(row, actor, False, comment, now)
        told(row, actor, "campaign.reject", now, comment=comment)
    return row
