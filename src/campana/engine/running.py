"""Campaigns moving by themselves: whatever changed, one look decides the state and then the dialling."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from campana.engine import calls, dialling, floor, previews, tasks
from campana.engine.campaign import (
    CAMPAIGN_TABLE,
    FAULTS,
    REASONS,
    Campaign,
    CampaignEvent,
    Surroundings,
    next_event,
)
from campana.engine.config import CampaignConfig
from campana.engine.inbound import queue as inbound
from campana.engine.inputs import PacingHistory
from campana.engine.modes import MODES
from campana.engine.outputs import CampaignMoved
from campana.engine.prediction import record
from campana.engine.rules import windows
from campana.engine.state import State
from campana.engine.words import CampaignReason, CampaignState, DialMode, RefusalCode, Wanted

_PLACE: Final = attrgetter("place")


def configure(s: State, config: CampaignConfig, history: PacingHistory | None = None) -> None:
    """Meet a campaign, or take over an edit or a wish; it applies to the next attempt (CAM-069)."""
    campaign = s.campaigns.get(config.id)
    if campaign is None:
        campaign = Campaign(config, config.state, config.reason, config.wanted)
        s.campaigns[config.id] = campaign
        for agent in s.agents.values():
            if config.id in agent.config.campaigns:
                floor.join(s, agent)
    else:
        if config.reopened > campaign.config.reopened:
            campaign.state, campaign.reason = CampaignState.SCHEDULED, CampaignReason.NONE
        if campaign.leaving:  # back before its last call was over
            campaign.leaving, campaign.state, campaign.reason = False, config.state, config.reason
        campaign.config, campaign.wanted = config, config.wanted
        tasks.empty_buffer(s, campaign)
    campaign.take_turn()
    floor.watch_loneliness(s, config.id)
    _watch(s, campaign)
    if history is not None and campaign.prediction is not None:
        campaign.prediction.remember(history, config)
    if config.coefficient > 1.0 or campaign.prediction is not None:
        s.over_dialling.add(config.id)
    else:
        s.over_dialling.discard(config.id)
    s.timers.set("start", config.id, config.start_at)
    s.timers.set("end", config.id, config.end_at)
    campaign.zones_until = None
    tasks.renew(s, campaign)


def remove(s: State, campaign: Campaign) -> None:
    """Forget a campaign. One whose calls are not over waits for their end; nothing of it is dialled meanwhile."""
    previews.take_back(s, campaign, accepted_too=True)
    tasks.empty_buffer(s, campaign)
    if campaign.live or campaign.wrapping:
        campaign.leaving = True
        for attempt_id in list(campaign.live):
            calls.cancel(s, s.attempts[attempt_id])
        return
    for kind in ("start", "end", "hours", "due", "buffer", "lonely", "decide"):
        s.timers.set(kind, campaign.id, None)
    for group in (s.dirty, s.eager, s.held, s.hungry, s.over_dialling, s.yielding, s.outbid):
        group.discard(campaign.id)
    s.reading.pop(campaign.id, None)
    del s.campaigns[campaign.id]


def _watch(s: State, campaign: Campaign) -> None:
    """A predictive campaign remembers what it sees; an edit changes its limits, not its memory."""
    if campaign.config.mode is not DialMode.PREDICTIVE:
        campaign.prediction = None
    elif campaign.prediction is None:
        campaign.prediction = record.begin(campaign.config, s.now)


def stop(s: State, campaign: Campaign) -> None:
    """Stop immediately (CAM-061): what nobody answered is cancelled, what is answered goes on."""
    campaign.wanted = Wanted.PAUSE
    settle(s, campaign)
    previews.take_back(s, campaign, accepted_too=True)
    for attempt_id in list(campaign.live):
        calls.cancel(s, s.attempts[attempt_id])


def settle(s: State, campaign: Campaign) -> None:
    """Move the campaign as far as wishes and surroundings take it."""
    if campaign.leaving:
        if not campaign.live and not campaign.wrapping:
            remove(s, campaign)
        return
    _look_at_clock(s, campaign)
    for _ in range(8):  # the longest honest chain is shorter; a longer one would be a cycle
        around = Surroundings(
            agent_dialling=campaign.lonely_since is None,
            hotline_works=dialling.hotline_works(s, campaign),
        )
        event = next_event(campaign, around, s.now)
        if event is None:
            return
        _move(s, campaign, event)


def dispatch(s: State) -> None:
    """Give every campaign about which something changed its turn, the most urgent first."""
    while s.dirty or s.eager or (s.callers and s.callers_may_be_served):
        dirty, s.dirty = s.dirty, set()
        eager, s.eager = s.eager | dirty, set()
        for campaign_id in dirty:
            if campaign_id in s.campaigns:
                settle(s, s.campaigns[campaign_id])
        turn = [campaign for campaign_id in eager if (campaign := s.campaigns.get(campaign_id)) is not None]
        turn.sort(key=_PLACE)
        for campaign in turn:
            if campaign.waiting:
                _serve_waiting(s, campaign)
        if s.callers:
            inbound.serve(s)
        for campaign in turn:
            if campaign.leaving:
                continue
            if campaign.free or campaign.due_previews or campaign.prediction is not None or campaign.id in dirty:
                _dial(s, campaign)


def _dial(s: State, campaign: Campaign) -> None:
    """One campaign's turn: previews that are over, then new work, then the next helping of tasks."""
    previews.dial_due(s, campaign)
    if not campaign.running:
        return
    ahead = campaign.prediction is not None
    held = MODES[campaign.config.mode].dial(s, campaign) if campaign.free or ahead else RefusalCode.NO_AGENT
    tasks.want_more(s, campaign)
    if held is not None or campaign.request is None:
        dialling.say_held(s, campaign, held)
    if campaign.exhausted and campaign.idle:
        settle(s, campaign)


def _serve_waiting(s: State, campaign: Campaign) -> None:
    """Customers who wait come before new calls, in order of their answer."""
    for attempt_id in list(campaign.waiting):
        if not campaign.free:
            return
        attempt = s.attempts[attempt_id]
        if attempt.ending is None:
            calls.offer_next(s, attempt)


def _move(s: State, campaign: Campaign, event: CampaignEvent) -> None:
    state = CAMPAIGN_TABLE.next(campaign.state, event)
    if state is None:
        raise AssertionError(f"campaign in {campaign.state} can not {event}")
    campaign.state, campaign.reason = state, REASONS.get(event, CampaignReason.NONE)
    if campaign.reason in FAULTS:
        campaign.wanted = None  # only a new wish of a person ends a fault
    if state in {CampaignState.PAUSED, CampaignState.FINISHED}:
        tasks.empty_buffer(s, campaign)
        previews.take_back(s, campaign, accepted_too=state is CampaignState.FINISHED)
        dialling.say_held(s, campaign, None)
    if state is CampaignState.RUNNING:
        campaign.dry = False
    s.emit(CampaignMoved(campaign.id, state, campaign.reason, s.now))


def _look_at_clock(s: State, campaign: Campaign) -> None:
    if campaign.zones_until is not None and s.now < campaign.zones_until:
        return
    zone = s.organisation.time_zone
    before = campaign.open_zones
    campaign.open_zones = windows.open_zones(campaign.config, zone, s.now)
    change = windows.zones_change_at(campaign.config, zone, s.now)
    campaign.zones_until = change
    s.timers.set("hours", campaign.id, change)
    if before != campaign.open_zones:
        campaign.dry = False
