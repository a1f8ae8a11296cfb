"""From "somebody is free" to "the number is being dialled": capacity, clearance, the attempt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from campana.engine import calls, tasks
from campana.engine.agent import Agent
from campana.engine.campaign import Campaign
from campana.engine.config import TaskCard
from campana.engine.outputs import CampaignHeld, Permit, Refusal
from campana.engine.rules import caller_id, caps
from campana.engine.rules.clear import clear_to_call
from campana.engine.state import State
from campana.engine.words import CampaignState, RefusalCode
from campana.kernel.ids import HotlineId

FOR_WANT_OF_LINES: Final = frozenset(
    {RefusalCode.LICENCE_FULL, RefusalCode.CAMPAIGN_FULL, RefusalCode.TRUNK_FULL, RefusalCode.TRUNK_PACED}
)


def held(s: State, campaign: Campaign, *, coming: int = 0) -> RefusalCode | None:
    """What keeps any call of this campaign from leaving now; arms the timer that tries again.

    ``coming``: calls that are promised already, to agents who look at a contact.
    """
    if not s.switch_up:
        return RefusalCode.SWITCH_AWAY
    if campaign.state is CampaignState.FINISHED or s.organisation.emergency_stop:
        return RefusalCode.EMERGENCY_STOP if s.organisation.emergency_stop else RefusalCode.CAMPAIGN_NOT_RUNNING
    code = caps.check(
        s.organisation,
        campaign.config,
        live=s.live_calls + coming,
        other_calls=s.other_calls,
        campaign_live=len(campaign.live) + coming,
    )
    if code is not None:
        return code
    ready, code = _ready_hotlines(s, campaign)
    if not ready:
        return code
    return None


def room(s: State, campaign: Campaign) -> int:
    """Lines this campaign may still take: what the caps leave, and what its trunks have free."""
    trunks = {s.hotlines[hotline_id].config.trunk_id for hotline_id in _candidates(s, campaign)}
    free = sum(
        max(0, trunk.config.channels - trunk.busy)
        for trunk_id in trunks
        if (trunk := s.trunks.get(trunk_id)) is not None and trunk.config.enabled
    )
    allowed = caps.room(
        s.organisation,
        campaign.config,
        live=s.live_calls,
        other_calls=s.other_calls,
        campaign_live=len(campaign.live),
    )
    return min(free, allowed)


def may_be_shown(s: State, campaign: Campaign, card: TaskCard) -> bool:
    """Clear a contact before an agent looks at it; a refused one has gone to its next place."""
    cleared = clear_to_call(card, campaign=campaign.config, organisation=s.organisation, now=s.now)
    if isinstance(cleared, Refusal):
        tasks.refuse(s, campaign, card, cleared)
        return False
    return True


def start(
    s: State, campaign: Campaign, card: TaskCard, agent: Agent | None, *, pace: Mapping[str, str] | None = None
) -> bool:
    """Clear the task and dial it; False when it was refused and has gone to its next place.

    ``pace``: why a call may leave now, kept with its permit.
    """
    cleared = clear_to_call(card, campaign=campaign.config, organisation=s.organisation, now=s.now)
    if isinstance(cleared, Refusal):
        tasks.refuse(s, campaign, card, cleared)
        return False
    ready, _ = _ready_hotlines(s, campaign)
    hotline_id = caller_id.choose(
        ready, uses=campaign.hotline_uses, last=card.last_hotline, serial=len(s.outputs) + card.id
    )
    if hotline_id is None:
        raise AssertionError("held() is asked before start()")
    permit = Permit({**cleared.permit.checks, **pace}) if pace else cleared.permit
    calls.open_attempt(s, campaign, card, cleared.number_index, permit, hotline_id, agent)
    return True


def say_held(s: State, campaign: Campaign, code: RefusalCode | None) -> None:
    """Remember who waits for lines, and journal what holds the campaign back when that changes.

    The pace of a trunk holds everybody for a moment many times a second: it is no news.
    """
    if code in FOR_WANT_OF_LINES:
        s.held.add(campaign.id)
    elif not campaign.due_previews:
        s.held.discard(campaign.id)
    if campaign.held is not code and code is not RefusalCode.TRUNK_PACED:
        campaign.held = code
        s.emit(CampaignHeld(campaign.id, code, s.now))


def hotline_works(s: State, campaign: Campaign) -> bool:
    """Whether any number of the campaign could be shown at all, now or after its pace allows."""
    return any(s.hotlines[hotline_id].works(s.now) for hotline_id in _candidates(s, campaign))


def _candidates(s: State, campaign: Campaign) -> tuple[HotlineId, ...]:
    wanted = caller_id.candidates(
        campaign.config.caller_id,
        campaign.config.hotlines,
        (hotline.config.id for hotline in s.hotlines.values() if hotline.config.enabled),
    )
    return tuple(hotline_id for hotline_id in wanted if hotline_id in s.hotlines)


def _ready_hotlines(s: State, campaign: Campaign) -> tuple[tuple[HotlineId, ...], RefusalCode]:
    """Hotlines through which a call may leave this instant; if none, the mildest reason why."""
    ready: list[HotlineId] = []
    code = RefusalCode.NO_HOTLINE
    for hotline_id in _candidates(s, campaign):
        hotline = s.hotlines[hotline_id]
        trunk = s.trunks.get(hotline.config.trunk_id)
        if not hotline.works(s.now):
            code = RefusalCode.HOTLINE_RESTING if code is RefusalCode.NO_HOTLINE else code
        elif trunk is None or not trunk.config.enabled:
            continue
        elif trunk.full:
            code = RefusalCode.TRUNK_FULL
        else:
            paced_until = trunk.paced_until(s.now)
            if paced_until is None:
                ready.append(hotline_id)
                continue
            code = RefusalCode.TRUNK_PACED
            s.timers.set("pace", trunk.config.id, paced_until)
    return tuple(ready), code
