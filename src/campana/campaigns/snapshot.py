"""Rows turned into the engine's frozen configuration: nothing is decided here.

The engine's runtime asks for these when a message of the mailbox names something, and for all of them
when it takes an organisation over. Every function filters by organisation itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from campana.accounts.models import Organisation
from campana.campaigns.models import Campaign, CampaignHotline, Task
from campana.engine.config import (
    AgentConfig,
    CampaignConfig,
    HotlineConfig,
    OrganisationConfig,
    Retry,
    RetryPlan,
    TrunkConfig,
)
from campana.engine.inbound.route import InboundRoute
from campana.engine.words import (
    DETECTING_MODES,
    BudgetWindow,
    CallerIdPolicy,
    CampaignReason,
    CampaignState,
    DialMode,
    Goal,
    Governed,
    LocalTime,
    PaceStart,
    PacingMethod,
    PreviewStart,
    RetryEvent,
    StartKind,
    TaskState,
    Wanted,
)
from campana.hotlines.models import Answering, AnsweringAgent, Hotline, OwnHotline, Trunk
from campana.kernel.ids import AgentId, CampaignId, HotlineId, OrganisationId, TrunkId
from campana.kernel.phone import phone_number
from campana.kernel.windows import Period, Schedule
from campana.workforce.models import Agent, AgentGroupMember, WorkingHours
from campana.workforce.queries.calendars import NO_HOLIDAYS, Calendar, calendar_of

LIVE_STATES = (CampaignState.SCHEDULED, CampaignState.RUNNING, CampaignState.PAUSED)
"""States in which the engine knows a campaign."""
FAULTS = (CampaignReason.HOTLINES_FAILING, CampaignReason.NO_LICENCE, CampaignReason.CONFIGURATION)
HELD_STATES = (TaskState.RESERVED, TaskState.IN_CALL, TaskState.WRAP_UP)


def organisation(organisation_id: int) -> OrganisationConfig:
    config = organisation_config(Organisation.objects.get(pk=organisation_id))
    hours = WorkingHours.objects.filter(organisation_id=organisation_id, by_hand=True).first()
    return config if hours is None else replace(config, calling_hours=Schedule.of(_periods(hours.periods)))


def organisation_config(row: Organisation) -> OrganisationConfig:
    return OrganisationConfig(
        id=OrganisationId(row.pk),
        time_zone=row.time_zone,
        licence_calls=row.licence_calls,
        reserved_calls=row.reserved_calls,
        frequency_cap=row.frequency_cap,
        blocked_prefixes=tuple(row.blocked_prefixes),
        emergency_stop=row.emergency_stopped_at is not None,
        record_by_hand=row.record_by_hand,
    )


def campaigns(organisation_id: int, ids: Collection[int] | None = None) -> list[CampaignConfig]:
    """Configuration of campaigns. None: those the engine must know, which are the live ones and finished
    ones whose last conversations are not over. An id that is missing from the answer is to be removed."""
    held = Exists(Task.objects.filter(campaign=OuterRef("pk"), state__in=HELD_STATES))
    rows = Campaign.objects.filter(organisation_id=organisation_id)
    rows = rows.filter(Q(state__in=LIVE_STATES) | (Q(state=CampaignState.FINISHED) & held))
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return list(_configs(rows))


def campaign_config(campaign: Campaign) -> CampaignConfig:
    """One campaign, in whatever state, read anew."""
    return next(iter(_configs(Campaign.objects.filter(pk=campaign.pk))))


def detects(campaign: Campaign) -> bool:
    """Whether its calls are listened to, person or machine."""
    allowed = campaign.detect_machines and campaign.organisation.machine_detection
    return allowed and campaign.mode in DETECTING_MODES


def agents(organisation_id: int, ids: Collection[int] | None = None) -> list[AgentConfig]:
    """Agents of active users with the live campaigns they take part in, by themselves or by a group."""
    rows = Agent.objects.filter(organisation_id=organisation_id, user__state="active").select_related("user")
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    members = members_of_live_campaigns(organisation_id)
    own = dict(OwnHotline.objects.filter(organisation_id=organisation_id).values_list("agent_id", "hotline_id"))
    return [
        AgentConfig(
            id=AgentId(row.pk),
            name=row.user.name,
            endpoint=row.rings_at,
            campaigns=frozenset(members.get(row.pk, ())),
            hotline=HotlineId(own[row.pk]) if row.pk in own else None,
        )
        for row in rows.order_by("pk")
    ]


def trunks(organisation_id: int) -> list[TrunkConfig]:
    """The channel that a test call holds at the moment is not there for campaigns."""
    rows = Trunk.objects.filter(organisation_id=organisation_id)
    testing = Count("test_calls", filter=Q(test_calls__began_at__isnull=False, test_calls__ended_at__isnull=True))
    return [
        TrunkConfig(
            id=TrunkId(row.pk),
            endpoint=row.endpoint,
            channels=max(0, row.channels - row.testing),
            calls_per_second=row.calls_per_second,
            enabled=row.enabled,
        )
        for row in rows.annotate(testing=testing).order_by("pk")
    ]


def hotlines(organisation_id: int) -> list[HotlineConfig]:
    routes = _routes(organisation_id)
    return [
        HotlineConfig(
            id=HotlineId(row.pk),
            number=phone_number(row.number),
            trunk_id=TrunkId(row.trunk_id),
            enabled=row.enabled,
            resting_until=row.resting_until,
            inbound=routes.get(row.pk),
        )
        for row in Hotline.objects.filter(organisation_id=organisation_id).order_by("pk")
    ]


def _routes(organisation_id: int) -> dict[int, InboundRoute]:
    """Hotline to who answers it: agents chosen by themselves, and those of the chosen groups."""
    rows = Answering.objects.filter(organisation_id=organisation_id)
    found = list(rows.select_related("music", "message", "working_hours", "organisation"))
    people: defaultdict[int, set[AgentId]] = defaultdict(set)
    active = {"answering__in": [row.pk for row in found]}
    chosen = AnsweringAgent.objects.filter(**active, agent__user__state="active").values_list("answering", "agent")
    grouped = AgentGroupMember.objects.filter(
        group__answeringgroup__answering__in=[row.pk for row in found], agent__user__state="active"
    ).values_list("group__answeringgroup__answering", "agent")
    for answering, agent in (*chosen, *grouped):
        people[answering].add(AgentId(agent))
    return {row.hotline_id: _route(row, people[row.pk]) for row in found}


def _route(row: Answering, agents: Collection[AgentId]) -> InboundRoute:
    hours = row.working_hours
    calendar = calendar_of(row.organisation) if hours is not None else NO_HOLIDAYS
    return InboundRoute(
        agents=frozenset(agents),
        ring=timedelta(seconds=row.ring),
        max_wait=timedelta(seconds=row.max_wait),
        schedule=Schedule.of(_periods(hours.periods) if hours is not None else [], holidays=calendar.days),
        music=row.music.file if row.music else "",
        message=row.message.file if row.message else "",
        recording=row.recording,
    )


def members_of_live_campaigns(organisation_id: int) -> Mapping[int, set[CampaignId]]:
    """Agent to live campaigns. Beyond the plan's number of agents nobody takes part (CAM-284): the ones
    chosen themselves come first, then those of the groups in the order they joined."""
    with connection.cursor() as cursor:
        live = [state.value for state in LIVE_STATES]
        cursor.execute(_MEMBERS, {"organisation": organisation_id, "live": live})
        found: defaultdict[int, set[CampaignId]] = defaultdict(set)
        for campaign_id, agent_id in cursor.fetchall():
            found[agent_id].add(CampaignId(campaign_id))
    return found


_MEMBERS = """
WITH chosen AS (
    SELECT m.campaign_id, m.agent_id, 0 AS by_group, m.id AS joined
    FROM campaigns_campaignagent m JOIN campaigns_campaign c ON c.id = m.campaign_id
    WHERE c.organisation_id = %(organisation)s AND c.state = ANY(%(live)s)
    UNION ALL
    SELECT g.campaign_id, m.agent_id, 1, m.id
    FROM campaigns_campaigngroup g
    JOIN campaigns_campaign c ON c.id = g.campaign_id
    JOIN workforce_agentgroupmember m ON m.group_id = g.group_id
    WHERE c.organisation_id = %(organisation)s AND c.state = ANY(%(live)s)
), people AS (
    SELECT DISTINCT ON (campaign_id, agent_id) campaign_id, agent_id, by_group, joined
    FROM chosen ORDER BY campaign_id, agent_id, by_group, joined
), ranked AS (
    SELECT p.campaign_id, p.agent_id, row_number() OVER (PARTITION BY p.campaign_id ORDER BY by_group, joined) AS place
    FROM people p JOIN workforce_agent a ON a.id = p.agent_id JOIN accounts_user u ON u.id = a.user_id
    WHERE u.state = 'active'
)
SELECT r.campaign_id, r.agent_id FROM ranked r
JOIN accounts_organisation o ON o.id = %(organisation)s WHERE r.place <= o.campaign_agents_limit
"""


WITH_CONFIG: Final = ("working_hours", "hold_music", "abandoned_message")
"""What ``configs_of`` reads beside a campaign and its organisation."""


def _configs(rows: QuerySet[Campaign]) -> Iterable[CampaignConfig]:
    return configs_of(list(rows.select_related("organisation", *WITH_CONFIG).order_by("pk")))


def configs_of(found: Sequence[Campaign]) -> Iterable[CampaignConfig]:
    """Configuration of campaigns that were just read, with ``WITH_CONFIG``."""
    chosen: defaultdict[int, list[int]] = defaultdict(list)
    for link in CampaignHotline.objects.filter(campaign__in=[row.pk for row in found]):
        chosen[link.campaign_id].append(link.hotline_id)
    calendars: dict[int, Calendar] = {}
    everything: dict[int, list[int]] = {}
    for row in found:
        tenant = row.organisation
        if row.holidays and tenant.pk not in calendars:
            calendars[tenant.pk] = calendar_of(tenant)
        if row.caller_id == CallerIdPolicy.RANDOM_ALL and tenant.pk not in everything:
            everything[tenant.pk] = list(
                Hotline.objects.filter(organisation=tenant).order_by("pk").values_list("pk", flat=True)
            )
        numbers = everything[tenant.pk] if row.caller_id == CallerIdPolicy.RANDOM_ALL else chosen[row.pk]
        yield _config(row, numbers, calendars[tenant.pk] if row.holidays else NO_HOLIDAYS)


def schedule(campaign: Campaign, calendar: Calendar = NO_HOLIDAYS) -> Schedule:
    """Working-hours profile, hour grid and holidays as one (CAM-429)."""
    profile = campaign.working_hours.periods if campaign.working_hours else []
    hours = _periods(profile), _periods(campaign.hours)
    return Schedule.of(*hours, holidays=calendar.days, abroad=calendar.abroad)


def _periods(rows: Iterable[Iterable[int]]) -> list[Period]:
    return [Period(*row) for row in rows]


def _retry(row: Campaign) -> RetryPlan:
    events: Mapping[str, Mapping[str, Any]] = row.retries
    return RetryPlan(
        max_attempts=row.max_attempts,
        gap=timedelta(seconds=row.gap),
        events={
            RetryEvent(event): Retry(attempts=int(plan["attempts"]), wait=timedelta(seconds=int(plan["wait"])))
            for event, plan in events.items()
        },
    )


def _wanted(row: Campaign) -> Wanted | None:
    """The wish that still counts: only a new wish of a person ends a fault (CAM-062)."""
    if not row.wanted:
        return None
    fault = row.state == CampaignState.PAUSED and row.state_reason in FAULTS
    before = row.wanted_at is None or row.wanted_at < row.state_since
    return None if fault and before and row.wanted == Wanted.RUN else Wanted(row.wanted)


def _config(row: Campaign, numbers: Iterable[int], calendar: Calendar) -> CampaignConfig:
    days = row.do_not_call_again_days
    return CampaignConfig(
        id=CampaignId(row.pk),
        organisation_id=OrganisationId(row.organisation_id),
        mode=DialMode(row.mode),
        state=CampaignState(row.state),
        reason=CampaignReason(row.state_reason),
        wanted=_wanted(row),
        version=row.version,
        reopened=row.reopened,
        start_at=row.start_at,
        end_at=row.end_at,
        start_kind=StartKind(row.start_kind),
        goal=Goal(row.goal),
        only_with_agent=row.only_with_agent,
        no_agent_grace=timedelta(seconds=row.no_agent_grace),
        priority=row.priority,
        max_calls=row.max_calls,
        schedule=schedule(row, calendar),
        local_time=LocalTime(row.local_time),
        zones=frozenset(row.zones),
        hotlines=tuple(HotlineId(number) for number in numbers),
        caller_id=CallerIdPolicy(row.caller_id),
        answer_wait=timedelta(seconds=row.answer_wait),
        retry=_retry(row),
        do_not_call_again=timedelta(days=row.organisation.do_not_call_again_days if days is None else days),
        coefficient=row.coefficient,
        pacing=PacingMethod(row.pacing),
        pickup_rate=row.pickup_rate,
        pace_start=PaceStart(row.pace_start),
        max_abandon=row.max_abandon,
        short_hang_up=timedelta(seconds=row.short_hang_up),
        governed=Governed(row.governed),
        budget_window=BudgetWindow(row.budget_window),
        detect=detects(row),
        detection=timedelta(seconds=row.detection_time),
        false_machines=row.false_machines,
        agent_ring=timedelta(seconds=row.agent_ring),
        max_wait=timedelta(seconds=row.max_wait),
        wrap_up=timedelta(seconds=row.wrap_up),
        result_required=row.result_required,
        ready_early=row.ready_early,
        extend_once=row.extend_once,
        recording=row.recording,
        music=row.hold_music.file if row.hold_music else "",
        abandoned_message=row.abandoned_message.file if row.abandoned_message else "",
        preview_time=timedelta(seconds=row.preview_time),
        preview_start=PreviewStart(row.preview_start),
        accept_timeout=timedelta(seconds=row.accept_timeout),
        may_skip=row.may_skip,
        may_hold=row.may_hold,
    )
