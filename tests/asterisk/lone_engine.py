"""A process that bridges a customer and an agent, dials a second customer, says so and waits to be killed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from campana.engine.outputs import Bridge, Originate, RingAgent
from campana.kernel.clock import seconds
from campana.kernel.ids import agent_leg, attempt_id, customer_leg
from campana.kernel.phone import phone_number
from campana.telephony.asterisk import AsteriskSwitch
from campana.telephony.port import SwitchEvent


def main() -> None:
    url, user, app, trunk = sys.argv[1:5]
    events: list[SwitchEvent] = []

    def until(kind: str, **facts: object) -> None:
        wait(lambda: any(type(e).__name__ == kind and facts.items() <= facts_of(e).items() for e in events))

    switch = AsteriskSwitch(url, user, os.environ["CAMPANA_ARI_PASSWORD"], app)
    switch.start(events.append)
    until("SwitchReturned")
    first, second = attempt_id(os.getpid(), 13, 0), attempt_id(os.getpid(), 14, 0)
    customer, agent, late = customer_leg(first), agent_leg(first, 1), customer_leg(second)
    caller = phone_number("15550001111")
    switch.send(Originate(customer, trunk, phone_number("15552017100"), caller, seconds(20)))
    until("LegAnswered", leg=customer)
    switch.send(RingAgent(agent, "PJSIP/1001", caller, seconds(20), customer))
    until("LegAnswered", leg=agent)
    switch.send(Bridge(customer, agent))
    switch.send(Originate(late, trunk, phone_number("15552037101"), caller, seconds(20)))
    until("LegRinging", leg=late)
    sys.stdout.write(f"{customer} {agent} {late}\n")
    sys.stdout.flush()
    time.sleep(60)


def facts_of(event: SwitchEvent) -> dict[str, object]:
    return {name: getattr(event, name) for name in event.__slots__}


def wait(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


if __name__ == "__main__":
    main()
