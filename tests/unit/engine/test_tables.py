"""Every state against every event: what is not in a table is refused, and every state can be left and reached."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from campana.engine.agent import AGENT_TABLE, AgentEvent
from campana.engine.attempt import ATTEMPT_TABLE, AttemptEvent
from campana.engine.by_hand.call import HAND_TABLE, HandEvent
from campana.engine.campaign import CAMPAIGN_TABLE, CampaignEvent
from campana.engine.inbound.call import INBOUND_TABLE, InboundEvent
from campana.engine.table import Table
from campana.engine.words import AgentState, AttemptState, CampaignState

TABLES = [
    pytest.param(AGENT_TABLE, AgentState, AgentEvent, id="agent"),
    pytest.param(ATTEMPT_TABLE, AttemptState, AttemptEvent, id="attempt"),
    pytest.param(HAND_TABLE, AttemptState, HandEvent, id="by hand"),
    pytest.param(INBOUND_TABLE, AttemptState, InboundEvent, id="inbound"),
    pytest.param(CAMPAIGN_TABLE, CampaignState, CampaignEvent, id="campaign"),
]


@pytest.mark.parametrize(("table", "states", "events"), TABLES)
def test_every_pair_is_decided(table: Table, states: type, events: type) -> None:
    for state, event in itertools.product(states, events):
        assert table.next(state, event) is table.rows.get((state, event))


@pytest.mark.parametrize(("table", "states", "events"), TABLES)
def test_every_event_moves_something(table: Table, states: type, events: type) -> None:
    assert {event for _, event in table.rows} == set(events)


NOT_OF_CALLERS = {AttemptState.RINGING_AGENT, AttemptState.DIALLING, AttemptState.DETECTING}


def test_a_finished_campaign_moves_no_more() -> None:
    assert not any(state is CampaignState.FINISHED for state, _ in CAMPAIGN_TABLE.rows)


@pytest.mark.parametrize("table", [ATTEMPT_TABLE, HAND_TABLE, INBOUND_TABLE])
def test_an_ended_attempt_moves_no_more(table: Table) -> None:
    assert not any(state is AttemptState.ENDED for state, _ in table.rows)


@pytest.mark.parametrize(
    ("table", "event", "not_its"),
    [
        (ATTEMPT_TABLE, AttemptEvent.END, {AttemptState.RINGING_AGENT}),
        (HAND_TABLE, HandEvent.END, {AttemptState.DETECTING}),
        (INBOUND_TABLE, InboundEvent.END, NOT_OF_CALLERS),
    ],
)
def test_every_live_attempt_can_end(table: Table, event: Any, not_its: set[AttemptState]) -> None:
    for state in set(AttemptState) - {AttemptState.ENDED} - not_its:
        assert table.next(state, event) is AttemptState.ENDED


def test_nothing_takes_an_agent_out_of_rest_but_being_available_or_calling_by_hand() -> None:
    for state in (AgentState.OFFLINE, AgentState.OFF):
        assert not any(row[0] is state for row in AGENT_TABLE.rows)
    for state in (AgentState.NOT_READY, AgentState.READY):
        assert {row[1] for row in AGENT_TABLE.rows if row[0] is state} == {AgentEvent.CALL}
