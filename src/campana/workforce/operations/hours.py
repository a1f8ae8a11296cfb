"""Working-hours profiles. Changing one changes every campaign that uses it, from the next attempt on."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.rights import unchanged
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid
from campana.kernel.stamps import stamp
from campana.kernel.windows import BadWindow, Period, merge
from campana.kernel.windows import common as shared_minutes
from campana.workforce.models import WorkingHours
from campana.workforce.operations import common


class BadHours(Invalid):
    code = "bad_hours"
    detail = "Hours are periods of a day such as 09:00-12:00, weekday from 0 (Monday) to 6 (Sunday), end after start."


class NoHours(Invalid):
    code = "no_hours"
    detail = "A profile without any hour would never let anybody call. Give at least one period."


class NothingLeft(Invalid):
    code = "no_common_hours"
    detail = "With these hours the campaign {name} could never call: its hour grid shares no minute with them."


def create_hours(*, actor: Actor, name: str, periods: Any, now: Instant, by_hand: bool = False) -> WorkingHours:
    """``periods``: rows [weekday, start minute, end minute]. ``by_hand``: they hold for calls by hand, too; no other
    profile does then."""
    actor.require(permissions.HOURS_MANAGE)
    with transaction.atomic():
        row = WorkingHours(organisation=actor.organisation, name=common.name_of(name), periods=_periods(periods))
        _hold_by_hand(row, by_hand, actor, now)
        common.saved(row)
        facts = {"name": row.name, "periods": row.periods, "by_hand": by_hand}
        common.audited(actor, "working_hours.create", "working_hours", row.pk, now, **facts)
    return row


def save_hours(
    *,
    hours_id: int,
    actor: Actor,
    name: str,
    periods: Any,
    now: Instant,
    by_hand: bool | None = None,
    seen: str | None = None,
) -> WorkingHours:
    """``by_hand`` as above; None leaves it as it is. Raises NothingLeft when an unfinished campaign would be left
    without a minute (CAM-074), ChangedMeanwhile when ``seen`` is no longer its stamp."""
    actor.require(permissions.HOURS_MANAGE)
    with transaction.atomic():
        row = common.locked(WorkingHours, hours_id, actor, "working-hours profile")
        unchanged(seen, stamp_of(row))
        row.name, row.periods = common.name_of(name), _periods(periods)
        _keeps_minutes(row)
        _hold_by_hand(row, row.by_hand if by_hand is None else by_hand, actor, now)
        common.saved(row)
        facts = {"name": row.name, "periods": row.periods, "by_hand": row.by_hand}
        common.audited(actor, "working_hours.change", "working_hours", row.pk, now, **facts)
        for campaign in row.campaign_set.filter(state__in=["scheduled", "running", "paused"]).values_list("pk"):
            common.ring(actor, "campaign", now, id=campaign[0])
        if row.answering.exists():
            common.ring(actor, "hotlines", now)
    return row


def stamp_of(row: WorkingHours) -> str:
    return stamp(row.name, row.periods, row.by_hand)


def delete_hours(*, hours_id: int, actor: Actor, now: Instant) -> None:
    actor.require(permissions.HOURS_MANAGE)
    with transaction.atomic():
        row = common.locked(WorkingHours, hours_id, actor, "working-hours profile")
        users = list(row.campaign_set.order_by("name").values_list("name", flat=True)[:5])
        if users:
            raise common.InUse(users=", ".join(users))
        if answered := list(row.answering.values_list("hotline__number", flat=True)[:5]):
            raise common.AnswersCalls(users=", ".join(answered))
        common.audited(actor, "working_hours.delete", "working_hours", row.pk, now, name=row.name)
        _hold_by_hand(row, False, actor, now)
        row.delete()


def _hold_by_hand(row: WorkingHours, by_hand: bool, actor: Actor, now: Instant) -> None:
    """One profile holds for calls by hand; the engine hears of every change of it."""
    if by_hand:
        WorkingHours.objects.filter(organisation=actor.organisation, by_hand=True).exclude(pk=row.pk).update(
            by_hand=False
        )
    if by_hand or row.by_hand:
        common.ring(actor, "organisation", now)
    row.by_hand = by_hand


def _periods(given: Any) -> list[list[int]]:
    try:
        periods = merge(Period(*(int(part) for part in row)) for row in given)
    except (BadWindow, TypeError, ValueError):
        raise BadHours(field="periods") from None
    if not periods:
        raise NoHours(field="periods")
    return [[period.weekday, period.start, period.end] for period in periods]


def _keeps_minutes(row: WorkingHours) -> None:
    profile = [Period(*period) for period in row.periods]
    for campaign in row.campaign_set.exclude(state__in=["draft", "finished", "archived"]):
        grid = [Period(*period) for period in campaign.hours]
        if grid and not shared_minutes(profile, grid):
            raise NothingLeft(field="periods", name=campaign.name)
