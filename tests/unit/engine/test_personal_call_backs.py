"""A personal call back waits in the database for its agent; the engine looks when that agent can take it."""

from __future__ import annotations

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.config import AgentConfig
from support.dialler import ALICE, CAMPAIGN, Dialler, campaign, card


def test_an_agent_who_became_free_while_tasks_were_read_gets_another_look() -> None:
    d = Dialler(campaign(only_with_agent=False), tasks=[card(1)], agents=())
    d.answering = False
    d.give(i.AgentConfigured(AgentConfig(ALICE, "Alice", "PJSIP/1", frozenset({CAMPAIGN}))))
    d.give(i.TasksAdded(CAMPAIGN))
    asked = d.last(o.ReserveTasks)
    assert asked.agents == ()
    d.presence(ALICE)
    d.give(i.TasksReserved(CAMPAIGN, asked.request, (), open_tasks=1, personal=frozenset({ALICE})))
    again = d.last(o.ReserveTasks)
    assert again.request > asked.request
    assert again.agents == (ALICE,)
