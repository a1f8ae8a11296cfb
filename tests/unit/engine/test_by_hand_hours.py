"""Lawful hours that end between a wish to call by hand and the agent's picking up."""

from __future__ import annotations

import pytest

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.config import OrganisationConfig
from campana.kernel.ids import OrganisationId
from campana.kernel.phone import phone_number
from campana.kernel.windows import Period, Schedule
from support.dialler import ALICE, MONDAY, Dialler


@pytest.mark.parametrize(("picks_up_after", "dialled"), [(5, 1), (25, 0)])
def test_a_number_is_not_dialled_by_hand_when_its_hours_ended_while_the_agents_telephone_rang(
    picks_up_after: int, dialled: int
) -> None:
    hours = Schedule.of([Period(day, 8 * 60, 21 * 60) for day in range(7)])
    tenant = OrganisationConfig(OrganisationId(1), "UTC", calling_hours=hours)
    d = Dialler(organisation=tenant, start=MONDAY.replace(hour=20, minute=59, second=50))
    d.give(i.CallRequested(1, ALICE, phone_number("15551234567"), "UTC", None, d.now))
    d.later(picks_up_after)
    d.agent_answers()
    assert len(d.all(o.Originate)) == dialled
