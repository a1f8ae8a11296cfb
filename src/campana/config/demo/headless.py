"""``bin/demo --headless --until-finished``: the demo's campaign to its end, as fast as the machine can.

The real engine with its real journal on a database of its own, which is thrown away afterwards; only the clock
jumps from event to event. The same seed gives the same people, not the same run: ids and plans of the database differ.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from campana.config.home import HEADLESS, Busy, Home, NoFolder
from campana.config.postgres import PostgresError

if TYPE_CHECKING:
    from campana.campaigns.models import Campaign
    from campana.kernel.clock import Instant
    from campana.sim.floor import Wish

LONGEST = timedelta(days=14)
"""Of virtual time: a campaign that is not finished then has a fault, and the run says ``"finished": false``."""


def run_to_the_end(*, as_json: bool, contacts: int, seed: int) -> int:
    """Returns the exit code; the JSON object is all that goes to standard output."""
    home = Home(HEADLESS)
    try:
        with home.held("bin/demo --headless"):
            home.reset()
            home.make()
            try:
                home.postgres.start()
                return _in_a_process_of_its_own(home, as_json, contacts, seed)
            finally:
                home.reset()
                home.postgres.tidy()
    except Busy as busy:
        print(f"campana: {busy} has {HEADLESS} already", file=sys.stderr)
    except (NoFolder, PostgresError) as problem:
        print(f"campana: {problem}", file=sys.stderr)
    return 1


def _in_a_process_of_its_own(home: Home, as_json: bool, contacts: int, seed: int) -> int:
    """The settings are read once a process, from its environment."""
    command = [sys.executable, "-m", "campana.config.demo.headless", str(contacts), str(seed), str(int(as_json))]
    environment = home.environment()
    environment["CAMPANA_LOG_LEVEL"] = "WARNING"
    environment["DATABASE_URL"] += "&options=-c%20synchronous_commit%3Doff"  # nothing of it is kept anyway
    return subprocess.call(command, env=environment, stdin=subprocess.DEVNULL)


def main() -> int:
    contacts, seed, as_json = (int(word) for word in sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campana.config.settings")
    import django

    django.setup()
    from campana.config.demo.world import fill
    from campana.config.migrations import migrate
    from campana.kernel.clock import utc_now
    from campana.tenancy import system_scope

    now = utc_now()
    migrate()
    fill(contacts=contacts, seed=seed, now=now)
    with system_scope():
        told = _run(seed, now)
    print(json.dumps(told) if as_json else "\n".join(f"{name}: {value}" for name, value in told.items()))
    return 0 if told["finished"] else 1


def _run(seed: int, now: Instant) -> dict[str, Any]:
    from campana.campaigns.models import Campaign
    from campana.config.demo.desks import Desks
    from campana.config.demo.floor import DemoWorld
    from campana.engine import outputs as o
    from campana.engine.words import CampaignState
    from campana.runtime.lockstep import Lockstep
    from campana.sim.switch import SimulatedSwitch, SteppedClock

    campaign = Campaign.objects.get()
    clock = SteppedClock(now)
    desks = Desks(clock)
    asked: list[Wish] = []
    states: dict[int, CampaignState] = {}
    progress = _Progress()
    demo = DemoWorld(campaign.organisation_id, seed=seed, people=asked.append, seats=desks.seats, results=desks.results)
    lockstep = Lockstep(
        campaign.organisation_id,
        SimulatedSwitch(demo.world, clock),
        now,
        clock=clock.advance,
        hear=lambda fact: hear(fact),
    )

    def hear(fact: o.Fact) -> None:
        demo.hear(fact, clock())
        progress.hear(fact, clock() - now)
        if isinstance(fact, o.CampaignMoved):
            states[fact.campaign_id] = fact.state

    def done() -> bool:
        """Let people have what they asked for, then look whether the campaign is over."""
        while asked:
            wishes, asked[:] = asked[:], []
            for wish in wishes:
                desks.do(wish)
            lockstep.shell.read_mailbox(clock())
        return states.get(campaign.pk) is CampaignState.FINISHED and not lockstep.shell.engine.live_calls

    demo.floor.open(now)
    ended = lockstep.run(until=now + LONGEST, done=done)
    lockstep.finish()
    return summary(campaign, ended - now)


class _Progress:
    """A line on standard error now and then, so that the one who waits sees it move."""

    EVERY = 10.0

    def __init__(self) -> None:
        self._attempts = 0
        self._told = time.monotonic()

    def hear(self, fact: object, passed: timedelta) -> None:
        from campana.engine.outputs import AttemptEnded

        self._attempts += isinstance(fact, AttemptEnded)
        if time.monotonic() - self._told >= self.EVERY:
            self._told = time.monotonic()
            hours = passed.total_seconds() / 3600
            print(f"campana: {self._attempts} attempts, {hours:.1f} virtual hours", file=sys.stderr, flush=True)


def summary(campaign: Campaign, took: timedelta) -> dict[str, Any]:
    """What came of a campaign: contacts and attempts counted from the rows the journal wrote."""
    from django.db.models import Count, Q

    from campana.calls.models import Attempt

    campaign.refresh_from_db()
    attempts = Attempt.objects.filter(campaign=campaign)
    counts = attempts.aggregate(
        attempts=Count("id"),
        answered=Count("id", filter=Q(answered_at__isnull=False)),
        connected=Count("id", filter=Q(connected_at__isnull=False)),
        abandoned=Count("id", filter=Q(abandoned=True)),
    )
    return {
        "contacts": campaign.tasks.count(),
        **counts,
        "finished": campaign.state == "finished",
        "by_outcome": dict(sorted(Counter(attempts.values_list("outcome", flat=True)).items())),
        "by_task": dict(sorted(Counter(campaign.tasks.values_list("state", flat=True)).items())),
        "virtual_hours": round(took.total_seconds() / 3600, 2),
    }


if __name__ == "__main__":
    sys.exit(main())
