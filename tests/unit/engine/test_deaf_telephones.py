"""A telephone that is engaged, dead or unknown to the switch misses offers like one that rings in vain (CAM-521)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campana.engine import outputs as o
from campana.engine.words import Cause
from support.dialler import ALICE, Dialler, campaign, card


@pytest.mark.parametrize("cause", [Cause.BUSY, Cause.TRUNK_DEAD, Cause.CONGESTION, Cause.SWITCH_ERROR])
def test_three_misses_withdraw_readiness_whatever_the_telephone_says(cause: Cause) -> None:
    d = Dialler(campaign(max_wait=timedelta(seconds=300)), tasks=[card(1)])
    d.answer()
    for _ in range(3):
        d.agent_ends(cause)
    assert [fact.agent_id for fact in d.all(o.AgentSetNotReady)] == [ALICE]
    assert len(d.all(o.RingAgent)) == 3
