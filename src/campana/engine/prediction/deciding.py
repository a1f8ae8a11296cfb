"""One decision of the pace: the moment, the method, the governor, and the slip that explains it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from campana.engine import dialling
from campana.engine.campaign import Campaign
from campana.engine.config import CampaignConfig
from campana.engine.outputs import PaceDecided
from campana.engine.pacing import fixed, pickup_rate
from campana.engine.pacing.adaptive import Pace, Situation
from campana.engine.pacing.governor import Standing
from campana.engine.prediction.record import Prediction, limits
from campana.engine.prediction.situation import look
from campana.engine.state import State
from campana.engine.words import PaceBound, PaceStart, PacingMethod

EVERY: Final = timedelta(seconds=1)
SAY_EVERY: Final = timedelta(seconds=5)
CAREFUL_ANSWERS: Final = 30
"""A careful start keeps one call per free agent until so many live answers were seen (CAM-487)."""
RELEARN_ANSWERS: Final = 12
"""The same after a restart, when the budget is known and only the laws of ringing and talking are not."""
FAST_LINES: Final = 4
"""Calls per free agent of a fast start that knows nothing yet: the ratio of the example in CAM-484, 20 for 5."""
SMALL_TEAM: Final = 2
"""Below so many agents at work Adaptive does not dial ahead (docs/decisions/0022-predictive.md)."""

_BOUNDS: Final = {bound.value: bound for bound in (PaceBound.RISK, PaceBound.CAP, PaceBound.START, PaceBound.NOBODY)}


def is_due(s: State, campaign: Campaign, prediction: Prediction) -> bool:
    """Once a second. A plain ratio costs nothing and follows the number of free agents at once."""
    if prediction.decided_at is None or s.now >= prediction.decided_at + EVERY:
        return True
    ratio = campaign.config.pacing is not PacingMethod.ADAPTIVE
    return ratio and len(campaign.free) != prediction.decided_for


def decide(s: State, campaign: Campaign, prediction: Prediction) -> None:
    """Renew what may be started."""
    config = campaign.config
    moment, team = look(s, campaign, prediction)
    room = dialling.room(s, campaign)
    sought = prediction.pacer.decide(moment, limits(config, cap=moment.lines + room))
    standing = prediction.governor.standing(
        limit=config.max_abandon,
        false_machines=config.false_machines,
        governed=config.governed,
        window=config.budget_window,
        zone=s.organisation.time_zone,
        now=s.now,
        allow_for_chance=config.pacing is PacingMethod.ADAPTIVE,
    )
    prediction.decided_at, prediction.decided_for = s.now, len(campaign.free)
    prediction.guarantees = 1
    bound = _reserving(config, prediction, team, standing)
    prediction.reserving = bound is not None
    spare = max(0, len(moment.idle) - len(moment.waiting) - _unjudged(moment))
    if bound is not None:
        prediction.allowed = min(spare, room)
    else:
        prediction.allowed, bound = _ahead(config, prediction, moment, sought, room)
    _say(s, campaign, prediction, moment, team, room, sought, standing, bound)


def look_again(s: State, campaign: Campaign, prediction: Prediction) -> None:
    """A second after the last decision, while anything goes on."""
    decided = prediction.decided_at
    going_on = campaign.dialling or campaign.live
    s.timers.set("decide", campaign.id, decided + EVERY if decided is not None and going_on else None)


def in_short(prediction: Prediction) -> dict[str, str]:
    """The reason as an attempt's permit keeps it."""
    pace = prediction.pace
    if pace is None:
        return {}
    if pace.bound is not PaceBound.RISK:
        return {"pace": pace.bound.value}
    return {
        "pace": pace.bound.value,
        "risk": f"{pace.risk:.1%} / {pace.accepted:.1%}",
        "free_soon": f"{pace.free_soon:.1f}",
        "answers_soon": f"{pace.answers_soon:.1f}",
    }


def _reserving(config: CampaignConfig, prediction: Prediction, team: int, standing: Standing) -> PaceBound | None:
    """Why only one call per free agent may leave, with that agent reserved; None when calls may leave ahead."""
    if standing.over:
        return PaceBound.OVER_LIMIT
    if config.pacing is not PacingMethod.ADAPTIVE:
        return None
    if not config.max_abandon:
        return PaceBound.ZERO_LIMIT
    if team < SMALL_TEAM:
        return PaceBound.SMALL_TEAM
    enough = RELEARN_ANSWERS if prediction.remembers else CAREFUL_ANSWERS
    careful = config.pace_start is PaceStart.CAREFUL or prediction.remembers
    return PaceBound.START if careful and prediction.answers < enough else None


def _ahead(
    config: CampaignConfig, prediction: Prediction, moment: Situation, sought: Pace, room: int
) -> tuple[int, PaceBound]:
    """How many calls may leave by the method alone, and what kept the next one."""
    free = len(moment.idle)
    out = _unjudged(moment) + len(moment.waiting)
    if config.pacing is PacingMethod.PICKUP_RATE:
        wanted = pickup_rate.allowance(free=free, pending=out, rate=config.pickup_rate)
    elif config.pacing is PacingMethod.COEFFICIENT:
        wanted = fixed.allowance(free=free, pending=out, coefficient=config.coefficient)
    elif prediction.answers == 0:
        wanted = max(0, FAST_LINES * free - out)
        return min(wanted, room), PaceBound.CAP if wanted > room else PaceBound.START
    else:
        return min(sought.launch, room), _BOUNDS.get(sought.bound, PaceBound.RISK)
    return min(wanted, room), PaceBound.CAP if wanted > room else PaceBound.METHOD


def _unjudged(moment: Situation) -> int:
    """Calls that a person may still turn out to have answered."""
    return len(moment.ringing) + len(moment.detecting)


def _say(
    s: State,
    campaign: Campaign,
    prediction: Prediction,
    moment: Situation,
    team: int,
    room: int,
    sought: Pace,
    standing: Standing,
    bound: PaceBound,
) -> None:
    pace = PaceDecided(
        campaign_id=campaign.id,
        method=campaign.config.pacing,
        at=s.now,
        bound=bound,
        allowed=prediction.allowed,
        team=team,
        free=len(moment.idle),
        ringing=len(moment.ringing),
        waiting=len(moment.waiting),
        lines=moment.lines,
        room=room,
        free_soon=sought.free_soon,
        answers_soon=sought.answers_soon,
        risk=sought.risk,
        accepted=sought.accepted,
        limit=campaign.config.max_abandon,
        answers=standing.answers,
        lost=standing.lost,
        recent_answers=standing.recent_answers,
        recent_lost=standing.recent_lost,
        detecting=len(moment.detecting),
        silent=standing.silent,
        recent_silent=standing.recent_silent,
    )
    prediction.pace = pace
    said = prediction.said
    if said is None or said.bound is not bound or (s.now >= said.at + SAY_EVERY and replace(said, at=s.now) != pace):
        prediction.said = pace
        s.emit(pace)
