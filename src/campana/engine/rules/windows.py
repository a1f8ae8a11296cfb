"""When calls may start: the campaign's schedule on the organisation's or the callee's clock (CAM-425..438)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.engine.config import CampaignConfig
from campana.engine.outputs import Refusal
from campana.engine.rules.verdict import Situation
from campana.engine.words import LocalTime, RefusalCode
from campana.kernel.clock import Instant, earliest

NEVER_OPEN: Final = timedelta(days=7)
"""When to look again at a number whose hours never come, such as on clocks half a day apart: settings may change."""


def open_zones(campaign: CampaignConfig, organisation_zone: str, now: Instant) -> frozenset[str] | None:
    """Callee zones that may be called now; None when the callee's zone does not matter and it is open."""
    if campaign.local_time is LocalTime.OFF:
        return None if campaign.schedule.is_open(now, organisation_zone) else frozenset()
    if campaign.local_time is LocalTime.BOTH and not campaign.schedule.is_open(now, organisation_zone):
        return frozenset()
    return frozenset(zone for zone in campaign.zones if campaign.schedule.is_open(now, zone))


def anybody_open(campaign: CampaignConfig, organisation_zone: str, now: Instant) -> bool:
    """Whether the hours let at least one callee be called now."""
    zones = open_zones(campaign, organisation_zone, now)
    return zones is None or bool(zones)


def zones_change_at(campaign: CampaignConfig, organisation_zone: str, now: Instant) -> Instant | None:
    """When ``open_zones`` may give another answer."""
    zones = {organisation_zone} if campaign.local_time is LocalTime.OFF else {organisation_zone, *campaign.zones}
    return earliest(*(campaign.schedule.next_change(now, zone) for zone in zones))


def next_open(campaign: CampaignConfig, organisation_zone: str, zone: str, at: Instant) -> Instant | None:
    """The first instant from ``at`` on at which a callee in ``zone`` may be called."""
    moment: Instant | None = at
    for _ in range(64):
        if moment is None:
            return None
        if _open(campaign, organisation_zone, zone, moment):
            return moment
        moment = earliest(
            campaign.schedule.next_change(moment, organisation_zone), campaign.schedule.next_change(moment, zone)
        )
    return None


def check(situation: Situation) -> Refusal | None:
    """The callee's own number decides its zone, else the task does."""
    zone = situation.dialable.time_zone or situation.card.time_zone
    organisation_zone = situation.organisation.time_zone
    if _open(situation.campaign, organisation_zone, zone, situation.now):
        return None
    until = next_open(situation.campaign, organisation_zone, zone, situation.now) or situation.now + NEVER_OPEN
    return Refusal(RefusalCode.OUTSIDE_HOURS, until=until, detail=zone)


def _open(campaign: CampaignConfig, organisation_zone: str, zone: str, at: Instant) -> bool:
    if campaign.local_time is LocalTime.OFF:
        return campaign.schedule.is_open(at, organisation_zone)
    if campaign.local_time is LocalTime.BOTH and not campaign.schedule.is_open(at, organisation_zone):
        return False
    return campaign.schedule.is_open(at, zone)
