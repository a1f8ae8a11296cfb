"""``bin/bench engine``: attempts through one engine process with full journalling, against a bare loop.

The switch answers in no time, so the shell, the journal and PostgreSQL are what is measured. The bare loop writes
the same facts once more, a thousand a transaction, with nothing that decides, selects or answers. Cost per attempt of the
engine alone is measured without a database for floors and numbers of campaigns of several sizes.
"""

from __future__ import annotations

import argparse
import gc
import threading
import time
import tracemalloc
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from bench import _rows as rows
from bench._base import NOW, fresh_organisation, own_database, percentile, present
from campana.sim.arguments import some

SIZES = ((1, 1), (10, 1), (100, 1), (1000, 1), (100, 10), (100, 200), (1000, 200))
"""Agents and campaigns for the cost of an attempt."""


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="bin/bench engine")
    parser.add_argument("--attempts", type=some, default=10_000)
    parser.add_argument("--agents", type=some, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    figures: dict[str, Any] = {"attempts": options.attempts, "agents": options.agents}
    with own_database():
        facts: list[Any] = []
        organisation, figures["shell"] = _through_the_shell(options.attempts, options.agents, facts)
        figures["bare"] = _bare(organisation, facts)
    figures["ratio_to_bare"] = round(
        figures["shell"]["attempts_per_second"] / figures["bare"]["attempts_per_second"], 3
    )
    figures["cost"] = [_cost(agents, campaigns) for agents, campaigns in SIZES]
    figures["memory"] = _memory()
    return figures


# --- with a database ----------------------------------------------------------------------------------


class InstantSwitch:
    """Six in ten are busy, four talk; every event comes the moment it can."""

    def __init__(self) -> None:
        self._listener: Any = None
        self.originated = 0

    def start(self, listener: Any) -> None:
        from campana.engine.inputs import SwitchReturned

        self._listener = listener
        listener(SwitchReturned(()))

    def send(self, command: Any) -> None:
        from campana.engine import inputs as i
        from campana.engine import outputs as o
        from campana.engine.words import Cause

        if isinstance(command, o.Originate):
            self.originated += 1
            self._listener(i.LegRinging(command.leg))
            if self.originated % 10 < 6:
                self._listener(i.LegEnded(command.leg, Cause.BUSY, 486))
            else:
                self._listener(i.LegAnswered(command.leg))
        elif isinstance(command, o.RingAgent):
            self._listener(i.LegAnswered(command.leg))
        elif isinstance(command, o.Bridge):
            self._listener(i.LegEnded(command.customer_leg, Cause.HUNG_UP))

    def close(self) -> None:
        self._listener = None


def _through_the_shell(attempts: int, agents: int, facts: list[Any]) -> tuple[Any, dict[str, Any]]:
    from campana.calls.models import Attempt
    from campana.campaigns.models import Campaign
    from campana.engine.engine import Engine
    from campana.kernel.clock import utc_now
    from campana.runtime.loop import Loop

    organisation = fresh_organisation("bench")
    campaign = add_campaign(organisation, attempts, agents)
    latencies: list[float] = []
    handle = Engine.handle

    def timed(self: Engine, given: Any, *, now: Any) -> Any:
        began = time.perf_counter()
        outputs = handle(self, given, now=now)
        latencies.append(time.perf_counter() - began)
        return outputs

    Engine.handle = timed  # type: ignore[method-assign]
    loop = Loop(organisation.pk, lambda _: InstantSwitch(), utc_now, hear=facts.append)
    began = time.perf_counter()
    loop.start()
    while Campaign.objects.get(pk=campaign.pk).state != "finished":
        threading.Event().wait(0.1)
        if time.perf_counter() - began > 600:
            raise RuntimeError("the campaign did not finish within ten minutes")
    seconds = time.perf_counter() - began
    loop.stop()
    loop.thread.join(10)
    Engine.handle = handle  # type: ignore[method-assign]
    done = Attempt.objects.filter(organisation=organisation, ended_at__isnull=False).count()
    return organisation, {
        "attempts": done,
        "seconds": round(seconds, 2),
        "attempts_per_second": round(done / seconds, 1),
        "decision_p50_us": round(percentile(latencies, 0.50) * 1e6, 1),
        "decision_p99_us": round(percentile(latencies, 0.99) * 1e6, 1),
        "decisions": len(latencies),
    }


def add_campaign(organisation: Any, tasks: int, agents: int, *, wrap_up: int = 0) -> Any:
    """A scheduled progressive campaign with its hotline, tasks, and a team that is ready."""
    from django.db import connection

    from campana.accounts.models import Role, User
    from campana.campaigns.models import Campaign, CampaignAgent, CampaignHotline
    from campana.hotlines.models import Hotline, Trunk
    from campana.workforce.models import Agent

    role = Role.objects.create(organisation=organisation, key="operator")
    users = User.objects.bulk_create(
        User(
            organisation=organisation,
            email=f"agent{n}@{organisation.slug}.invalid",
            name=f"Agent {n}",
            role=role,
            created_at=NOW,
        )
        for n in range(agents)
    )
    people = Agent.objects.bulk_create(
        Agent(
            organisation=organisation,
            user=user,
            endpoint=f"PJSIP/{user.pk}",
            wanted="ready",
            online=True,
            dialling=True,
        )
        for user in users
    )
    trunk = Trunk.objects.create(
        organisation=organisation, name="t", endpoint="t", channels=10_000, calls_per_second=1e6
    )
    hotline = Hotline.objects.create(organisation=organisation, number="15550001111", trunk=trunk)
    campaign = Campaign.objects.create(
        organisation=organisation, name="bench", mode="progressive", state="scheduled", state_since=NOW, created_at=NOW,
        zones=["UTC"], wrap_up=wrap_up, max_attempts=1, result_required=False,
    )  # fmt: skip
    CampaignHotline.objects.create(organisation=organisation, campaign=campaign, hotline=hotline)
    CampaignAgent.objects.bulk_create(
        CampaignAgent(organisation=organisation, campaign=campaign, agent=agent) for agent in people
    )
    rows.add_tasks(organisation.pk, campaign.pk, tasks)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_contact; ANALYZE crm_contactnumber; ANALYZE campaigns_task")
    return campaign


def _bare(organisation: Any, facts: list[Any], batch: int = 1000) -> dict[str, Any]:
    """The same rows once more, by a loop that decides nothing: the recorded facts, a thousand a transaction."""
    from django.db import connection, transaction

    from campana.engine.config import OrganisationConfig
    from campana.engine.outputs import AttemptOpened
    from campana.kernel.clock import utc_now
    from campana.runtime.journal import Journal

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE calls_attempt, calls_livecall, calls_skip, workforce_presencechange CASCADE")
        cursor.execute("UPDATE campaigns_task SET state = 'reserved', attempts = 0, rounds = 0, finished_at = NULL")
        cursor.execute("VACUUM ANALYZE campaigns_task")
    journal = Journal(OrganisationConfig(organisation.pk, "UTC"))
    began = time.perf_counter()
    for start in range(0, len(facts), batch):
        with transaction.atomic():
            journal.write(facts[start : start + batch], utc_now())
    seconds = time.perf_counter() - began
    attempts = sum(isinstance(fact, AttemptOpened) for fact in facts)
    return {
        "attempts": attempts,
        "facts": len(facts),
        "seconds": round(seconds, 2),
        "attempts_per_second": round(attempts / seconds, 1),
    }


# --- the engine alone -----------------------------------------------------------------------------------


def _dialler(agents: int, campaigns: int) -> Any:
    from campana.engine import inputs as i
    from campana.engine.config import AgentConfig, CampaignConfig, HotlineConfig, OrganisationConfig, TrunkConfig
    from campana.engine.engine import Engine
    from campana.engine.words import CampaignState, DialMode, Presence
    from campana.kernel.ids import AgentId, CampaignId, HotlineId, OrganisationId, TrunkId
    from campana.kernel.phone import phone_number

    engine = Engine(OrganisationConfig(OrganisationId(1), "UTC", licence_calls=10**6), fencing=1, now=NOW)
    ids = [CampaignId(n + 1) for n in range(campaigns)]
    setup: list[Any] = [
        i.TrunkConfigured(TrunkConfig(TrunkId(1), "t", channels=10**6, calls_per_second=1e9)),
        i.HotlineConfigured(HotlineConfig(HotlineId(1), phone_number("15550001111"), TrunkId(1))),
        *(
            i.CampaignConfigured(
                CampaignConfig(
                    each, OrganisationId(1), DialMode.PROGRESSIVE, CampaignState.SCHEDULED, hotlines=(HotlineId(1),),
                    wrap_up=timedelta(0), result_required=False,
                )
            )
            for each in ids
        ),
        i.SwitchReturned(()),
        *(i.AgentConfigured(AgentConfig(AgentId(n + 1), "", f"a{n}", frozenset(ids))) for n in range(agents)),
        *(i.PresenceChanged(AgentId(n + 1), Presence.READY) for n in range(agents)),
    ]  # fmt: skip
    return engine, setup


def _pump(engine: Any, given: Iterable[Any], attempts: int, warm: int) -> tuple[int, float]:
    """Let an instant world answer until so many attempts ended; attempts and seconds inside the engine.

    The first ``warm`` attempts, with all the reading of the start, are not counted.
    """
    from collections import deque

    from campana.engine import inputs as i
    from campana.engine import outputs as o
    from campana.engine.config import Dialable, TaskCard
    from campana.engine.words import Cause
    from campana.kernel.ids import ContactId, TaskId
    from campana.kernel.phone import PhoneNumber

    queue = deque(given)
    made = ended = task = 0
    spent = 0.0
    while queue and ended < attempts + warm:
        each = queue.popleft()
        began = time.perf_counter()
        outputs = engine.handle(each, now=NOW)
        if ended >= warm:
            spent += time.perf_counter() - began
        for output in outputs:
            if isinstance(output, o.ReserveTasks):
                cards = []
                for _ in range(output.limit):
                    task += 1
                    number = Dialable(PhoneNumber(str(15_550_000_000 + task)), "UTC")
                    cards.append(TaskCard(TaskId(task), output.campaign_id, ContactId(task), (number,)))
                queue.append(i.TasksReserved(output.campaign_id, output.request, tuple(cards), 10**6))
            elif isinstance(output, o.Originate):
                made += 1
                if made % 10 < 6:
                    queue.append(i.LegEnded(output.leg, Cause.BUSY))
                else:
                    queue.append(i.LegAnswered(output.leg))
            elif isinstance(output, o.RingAgent):
                queue.append(i.LegAnswered(output.leg))
            elif isinstance(output, o.Bridge):
                queue.append(i.LegEnded(output.customer_leg, Cause.HUNG_UP))
            elif isinstance(output, o.AttemptEnded):
                ended += 1
    return ended - warm, spent


def _cost(agents: int, campaigns: int, attempts: int = 3000) -> dict[str, Any]:
    engine, setup = _dialler(agents, campaigns)
    ended, spent = _pump(engine, setup, attempts, warm=2 * agents)
    return {"agents": agents, "campaigns": campaigns, "us_per_attempt": round(spent / max(1, ended) * 1e6, 1)}


def _memory(calls: int = 5000) -> dict[str, Any]:
    """Bytes the engine keeps for a live call, and for a waiting task: it never hears of the latter."""
    from campana.engine import inputs as i
    from campana.engine import outputs as o
    from campana.engine.config import Dialable, TaskCard
    from campana.kernel.ids import ContactId, TaskId
    from campana.kernel.phone import PhoneNumber

    engine, setup = _dialler(calls, 1)
    queue, task = list(setup), 0
    gc.collect()
    tracemalloc.start()
    before = 0
    live = 0
    while queue:
        each = queue.pop(0)
        if isinstance(each, i.PresenceChanged) and not before:
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
        for output in engine.handle(each, now=NOW):
            if isinstance(output, o.ReserveTasks):
                numbers = range(task, task + output.limit)
                task += output.limit
                queue.append(
                    i.TasksReserved(
                        output.campaign_id,
                        output.request,
                        tuple(
                            TaskCard(
                                TaskId(n),
                                output.campaign_id,
                                ContactId(n),
                                (Dialable(PhoneNumber(str(15_550_000_000 + n)), "UTC"),),
                            )
                            for n in numbers
                        ),
                        1,
                    )
                )
            elif isinstance(output, o.Originate):
                live += 1
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return {
        "live_calls": live,
        "bytes_per_live_call": round((after - before) / max(1, live)),
        "bytes_per_waiting_task": 0,
    }


if __name__ == "__main__":
    present(main())
