"""Predictive (CAM-120..125, 480..488): calls leave before anybody is free, as many as the pace allows.

The pace is decided once a second (``prediction.deciding``). Where it falls to one call per free agent (a start, a small
team, the limit) the agent is reserved first, as in Progressive. Contacts who were abandoned before come first, and
only with an agent reserved for them.
"""

from __future__ import annotations

from typing import Final

from campana.engine import dialling, sharing, tasks
from campana.engine.campaign import Campaign
from campana.engine.modes import progressive
from campana.engine.prediction import deciding
from campana.engine.prediction.record import Prediction
from campana.engine.prediction.situation import pending
from campana.engine.state import State
from campana.engine.words import RefusalCode

GUARANTEED: Final = {"pace": "guaranteed"}


class Predictive:
    def dial(self, s: State, campaign: Campaign) -> RefusalCode | None:
        prediction = campaign.prediction
        if prediction is None:
            raise AssertionError("a predictive campaign has its prediction from its configuration on")
        if deciding.is_due(s, campaign, prediction):
            deciding.decide(s, campaign, prediction)
        deciding.look_again(s, campaign, prediction)
        if not campaign.dialling:
            return RefusalCode.NO_AGENT
        if prediction.reserving:
            why = deciding.in_short(prediction)
            return progressive.dial(s, campaign, spoken_for=pending(s, campaign), pace=why)
        held = _guarantee(s, campaign, prediction)
        return _ahead(s, campaign, prediction) if held is None else held


def _ahead(s: State, campaign: Campaign, prediction: Prediction) -> RefusalCode | None:
    if sharing.somebody_is_hungry(s, campaign):
        return None
    why = deciding.in_short(prediction)
    while prediction.allowed > 0:
        held = dialling.held(s, campaign)
        if held is not None:
            return held
        item = tasks.next_card(s, campaign, guaranteed=False)
        if item is None:
            return None
        if dialling.start(s, campaign, item.card, None, pace=why):
            prediction.allowed -= 1
    return None


def _guarantee(s: State, campaign: Campaign, prediction: Prediction) -> RefusalCode | None:
    """A contact who was abandoned before has the next free agent, unless a customer is waiting for one."""
    while prediction.guarantees > 0 and campaign.free and not campaign.waiting:
        held = dialling.held(s, campaign)
        if held is not None:
            return held
        item = tasks.next_card(s, campaign, guaranteed=True)
        if item is None:
            return None
        agent = progressive.reserve(s, campaign, item.card.preferred_agent)
        if dialling.start(s, campaign, item.card, agent, pace=GUARANTEED):
            prediction.guarantees -= 1
    return None
