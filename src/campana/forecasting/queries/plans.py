"""A campaign's settings, contacts and people as a plan that can be simulated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import connection

from campana.campaigns import snapshot
from campana.campaigns.models import Campaign
from campana.campaigns.queries.people import people_of
from campana.campaigns.queries.preflight import preflight
from campana.crm.models import ContactNumber
from campana.engine.modes import MODES
from campana.engine.words import CampaignState
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused
from campana.sim.campaign.plan import Cohort, Plan, Shift


class NothingLeft(Refused):
    code = "nothing_left"
    status = 422
    detail = "No contact is left to be called, so there is nothing to forecast."


class NoHotline(Refused):
    code = "no_working_hotline"
    status = 422
    detail = "The campaign has no hotline that works, so nothing would be dialled."


class Nobody(Refused):
    code = "nobody_takes_part"
    status = 422
    detail = "Nobody takes part in the campaign, so nothing would be dialled."


class NotForecast(Refused):
    code = "mode_not_forecast"
    status = 422
    detail = "Campaigns of this dial mode are not forecast."


def plan_of(campaign: Campaign, *, now: Instant) -> Plan:
    """From the next moment on. Raises NothingLeft, NoHotline, Nobody, NotForecast."""
    plan = plan_of_settings(campaign, now=now)
    if not plan.agents:
        raise Nobody
    cohorts = _cohorts(campaign, now)
    if not cohorts:
        raise NothingLeft
    return replace(plan, cohorts=cohorts)


def plan_of_settings(campaign: Campaign, *, now: Instant) -> Plan:
    """Without contacts. Raises NoHotline, NotForecast."""
    config = snapshot.campaign_config(campaign)
    if config.mode not in MODES:
        raise NotForecast
    tenant = replace(snapshot.organisation(campaign.organisation_id), emergency_stop=False)
    trunks = tuple(trunk for trunk in snapshot.trunks(campaign.organisation_id) if trunk.enabled)
    lines = {trunk.id for trunk in trunks}
    hotlines = tuple(
        replace(hotline, resting_until=None)
        for hotline in snapshot.hotlines(campaign.organisation_id)
        if hotline.id in config.hotlines and hotline.enabled and hotline.trunk_id in lines
    )
    if not hotlines:
        raise NoHotline
    agents = min(len(people_of(campaign)), campaign.organisation.campaign_agents_limit)
    start = max(now, campaign.start_at or now)
    return Plan(start, tenant, config, trunks, hotlines, (Shift(agents),) if agents else (), ())


def _cohorts(campaign: Campaign, now: Instant) -> tuple[Cohort, ...]:
    numbers = _numbers(campaign)
    if campaign.state in {CampaignState.DRAFT, CampaignState.PROCESSING}:
        told = preflight(campaign, now=now)
        return tuple(Cohort(zone.contacts, zone.name, numbers=numbers) for zone in told.zones if zone.contacts)
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, {"campaign": campaign.pk, "organisation": campaign.organisation_id})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return tuple(
        Cohort(n, zone or "UTC", rounds, due if due and due > now else None, agreed, numbers)
        for zone, rounds, agreed, due, n in rows
    )


_LEFT = """
SELECT time_zone, least(rounds, 20), agreed,
       CASE WHEN state = 'planned' THEN date_bin('15 minutes', next_at, 'epoch') END AS due, count(*)
FROM campaigns_task
WHERE campaign_id = %(campaign)s AND organisation_id = %(organisation)s
  AND state IN ('waiting', 'planned', 'skipped', 'reserved', 'in_call', 'wrap_up')
GROUP BY 1, 2, 3, 4 ORDER BY 4 NULLS FIRST, 2 DESC, 1, 3
"""
"""Planned tasks by quarters of an hour: few kinds of contacts, however long the list is."""


def _numbers(campaign: Campaign) -> int:
    """How many numbers a contact has on average, of those that are on the list already."""
    if not campaign.several_numbers:
        return 1
    some = list(campaign.tasks.order_by("pk").values_list("contact_id", flat=True)[:500])
    if not some:
        return 1
    return max(1, min(5, round(ContactNumber.objects.filter(contact__in=some).count() / len(some))))


def more_lines(plan: Plan, times: int = 2) -> Plan:
    """The same with so many times the lines: trunks, licence and the campaign's own cap."""
    trunks = tuple(
        replace(trunk, channels=trunk.channels * times, calls_per_second=trunk.calls_per_second * times)
        for trunk in plan.trunks
    )
    tenant = replace(plan.organisation, licence_calls=plan.organisation.licence_calls * times)
    cap = plan.campaign.max_calls
    campaign = plan.campaign if cap is None else replace(plan.campaign, max_calls=cap * times)
    return replace(plan, trunks=trunks, organisation=tenant, campaign=campaign)


def lines(plan: Plan) -> int:
    """Calls at once that the campaign may have."""
    tenant = plan.organisation
    most = [tenant.licence_calls - tenant.reserved_calls, sum(trunk.channels for trunk in plan.trunks)]
    return min([*most, plan.campaign.max_calls] if plan.campaign.max_calls is not None else most)
