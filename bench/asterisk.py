"""Calls through AsteriskSwitch to SIPp callees, against a bare ARI loop on the same Asterisk in the same run.

Two measurements, each done by the driver and by the bare loop:

* ``load``: calls that answer after 0.2 s, are held and hung up by us. Every call must be answered and end.
* ``bridging``: the customer's answer, an agent's telephone that answers at once, the bridge. The time is
  taken from the moment the customer's answer is known to the moment both are in the bridge, as a
  bystander on Asterisk's event socket sees it.

The bare loop keeps no state and survives nothing: it is the floor, not a rival.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from campana.engine.inputs import LegAnswered, LegEnded, SwitchReturned
from campana.engine.outputs import Bridge, HangUp, Originate, PlayHoldMusic, RingAgent
from campana.kernel.clock import seconds
from campana.kernel.ids import LegId, agent_leg, attempt_id, customer_leg, leg_attempt
from campana.kernel.phone import phone_number
from campana.sim.arguments import span
from campana.telephony.asterisk import AsteriskSwitch
from campana.telephony.port import SwitchEvent
from support.asterisk import COMMAND, ROOT, Asterisk

CALLER = "15550001111"
AGENTS = 50
PATIENCE = 20.0
_run = count(os.getpid() * 100)


@dataclass
class Tally:
    """What became of the calls of one measurement; times in seconds of one clock."""

    sent: dict[int, float] = field(default_factory=dict)
    answered: dict[int, float] = field(default_factory=dict)
    bridged: dict[int, float] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)

    def figures(self, cpu: dict[str, float], *, bridging: bool, span: float) -> dict[str, Any]:
        lost = len(self.sent) - len(self.answered.keys() & self.ended)
        out: dict[str, Any] = {
            "calls": len(self.sent),
            "calls_per_second": round(len(self.sent) / span, 1),
            "lost": lost,
            "answered_ms": percentiles(self.answered[n] - self.sent[n] for n in self.answered),
            "cpu_ms_per_call": {name: round(1000 * used / len(self.sent), 2) for name, used in cpu.items()},
        }
        if bridging:
            out["bridged"] = len(self.bridged)
            out["answered_to_bridged_ms"] = percentiles(
                self.bridged[n] - self.answered[n] for n in self.bridged if n in self.answered
            )
        return out


def percentiles(values: Any) -> dict[str, float]:
    ordered = sorted(values)
    if not ordered:
        return {}
    return {f"p{p}": round(1000 * ordered[min(len(ordered) - 1, len(ordered) * p // 100)], 1) for p in (50, 95, 99)}


class Cpu:
    """Seconds of processor time used by Asterisk, by SIPp and by us."""

    def __init__(self, asterisk: Asterisk) -> None:
        lab = asterisk.home / "lab"
        self._pids = {
            "asterisk": [asterisk.pid],
            "sipp": [int(file.read_text()) for file in lab.glob("*.pid")],
        }
        self._start = self._now()

    def _now(self) -> dict[str, float]:
        own = resource.getrusage(resource.RUSAGE_SELF)
        used = {name: sum(_cpu_of(pid) for pid in pids) for name, pids in self._pids.items()}
        return used | {"client": own.ru_utime + own.ru_stime}

    def used(self) -> dict[str, float]:
        now = self._now()
        return {name: now[name] - self._start[name] for name in now}


def _cpu_of(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Bystander:
    """Hears of every channel that enters a bridge, through a socket of its own."""

    def __init__(self, asterisk: Asterisk) -> None:
        self._asterisk = asterisk
        self.bridged: Callable[[str, float], None] = lambda bridge, at: None
        self._ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._listen()), daemon=True).start()
        self._ready.wait(10)

    async def _listen(self) -> None:
        headers = {"Authorization": aiohttp.encode_basic_auth(self._asterisk.user, self._asterisk.password)}
        query = {"app": "bench-bystander", "subscribeAll": "true"}
        events, filters = f"{self._asterisk.url}/events", "applications/bench-bystander/eventFilter"
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.ws_connect(events, params=query, max_msg_size=0) as socket,
        ):
            allowed = {"allowed": [{"type": "ChannelEnteredBridge"}]}
            async with session.put(f"{self._asterisk.url}/{filters}", json=allowed) as answer:
                answer.raise_for_status()
            self._ready.set()
            async for message in socket:
                bridge = json.loads(message.data)["bridge"]
                if len(bridge["channels"]) == 2:
                    self.bridged(bridge["id"], time.monotonic())


class Timetable:
    """Calls things at their times, from a thread of its own."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._changed = threading.Condition()
        threading.Thread(target=self._run, daemon=True).start()

    def after(self, delay: float, action: Callable[[], None]) -> None:
        with self._changed:
            heapq.heappush(self._heap, (time.monotonic() + delay, next(self._order), action))
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._heap or self._heap[0][0] > time.monotonic():
                    wait = self._heap[0][0] - time.monotonic() if self._heap else None
                    self._changed.wait(wait)
                action = heapq.heappop(self._heap)[2]
            action()


# --- through the driver --------------------------------------------------------------------------------


def by_driver(
    asterisk: Asterisk, bystander: Bystander | None, *, rate: float, span: float, hold: float, bridging: bool
) -> Any:
    run, tally, timetable = next(_run), Tally(), Timetable()
    switch = AsteriskSwitch(asterisk.url, asterisk.user, asterisk.password, f"bench-{run}")
    ready = threading.Event()
    caller = phone_number(CALLER)
    numbers: dict[LegId, int] = {}

    def hear(event: SwitchEvent) -> None:
        at = time.monotonic()
        match event:
            case SwitchReturned():
                ready.set()
            case LegAnswered(leg) if leg in numbers:
                n = numbers[leg]
                tally.answered[n] = at
                if bridging:
                    switch.send(PlayHoldMusic(leg))
                    agent = agent_leg(attempt(n), 1)
                    endpoint = f"PJSIP/{1001 + n % AGENTS}"
                    switch.send(RingAgent(agent, endpoint, caller, seconds(10), leg))
                else:
                    timetable.after(hold, lambda: switch.send(HangUp(leg)))
            case LegAnswered(agent):
                number = leg_attempt(agent)
                assert number is not None
                customer = customer_leg(number)
                switch.send(Bridge(customer, agent))
                timetable.after(hold, lambda: (switch.send(HangUp(agent)), switch.send(HangUp(customer))))
            case LegEnded(leg) if leg in numbers:
                tally.ended.add(numbers[leg])

    def attempt(n: int) -> Any:
        return attempt_id(n + 1, run + 1, 0)

    def bridged(bridge: str, at: float) -> None:
        leg = LegId(bridge.split(".")[1]) if bridge.startswith(f"bench-{run}.") else None
        if leg in numbers:
            tally.bridged[numbers[leg]] = at

    if bystander is not None:
        bystander.bridged = bridged
    switch.start(hear)
    assert ready.wait(10)
    cpu, began = Cpu(asterisk), time.monotonic()
    for n in range(int(rate * span)):
        time.sleep(max(0.0, began + n / rate - time.monotonic()))
        leg = customer_leg(attempt(n))
        numbers[leg] = n
        tally.sent[n] = time.monotonic()
        switch.send(Originate(leg, "carrier", phone_number(f"1555200{n % 10000:04d}"), caller, seconds(15)))
    spent = time.monotonic() - began
    wait_for(tally)
    figures = tally.figures(cpu.used(), bridging=bridging, span=spent)
    switch.close()
    asterisk.clear(f"bench-{run}")
    return figures


def wait_for(tally: Tally) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(tally.ended) < len(tally.sent) and time.monotonic() < deadline:
        time.sleep(0.05)


# --- by hand -------------------------------------------------------------------------------------------


def by_hand(
    asterisk: Asterisk, bystander: Bystander | None, *, rate: float, span: float, hold: float, bridging: bool
) -> Any:
    return asyncio.run(Loop(asterisk, bystander, rate, span, hold, bridging).run())


class Loop:
    """Originate, react, hang up; requests over the websocket, nothing remembered."""

    def __init__(
        self, asterisk: Asterisk, bystander: Bystander | None, rate: float, span: float, hold: float, bridging: bool
    ) -> None:
        self.asterisk, self.rate, self.span, self.hold, self.bridging = asterisk, rate, span, hold, bridging
        self.app = f"bench-{next(_run)}"
        self.tally = Tally()
        self._ids = count()
        if bystander is not None:
            bystander.bridged = self._bridged

    def _bridged(self, bridge: str, at: float) -> None:
        app, _, rest = bridge.partition(".")
        if app == self.app:
            self.tally.bridged[int(rest.split(".")[0])] = at

    async def run(self) -> Any:
        headers = {"Authorization": aiohttp.encode_basic_auth(self.asterisk.user, self.asterisk.password)}
        async with aiohttp.ClientSession(headers=headers) as session:
            url = f"{self.asterisk.url}/events"
            async with session.ws_connect(url, params={"app": self.app}, max_msg_size=0) as self.socket:
                reader = asyncio.create_task(self._read())
                cpu, began = Cpu(self.asterisk), time.monotonic()
                for n in range(int(self.rate * self.span)):
                    await asyncio.sleep(max(0.0, began + n / self.rate - time.monotonic()))
                    self.tally.sent[n] = time.monotonic()
                    await self._originate(f"PJSIP/1555200{n % 10000:04d}@carrier", f"{self.app}.{n}")
                spent = time.monotonic() - began
                deadline = time.monotonic() + PATIENCE
                while len(self.tally.ended) < len(self.tally.sent) and time.monotonic() < deadline:
                    await asyncio.sleep(0.05)
                figures = self.tally.figures(cpu.used(), bridging=self.bridging, span=spent)
                reader.cancel()
        return figures

    async def _ask(self, method: str, path: str, **query: str) -> None:
        request = {
            "type": "RESTRequest",
            "request_id": str(next(self._ids)),
            "method": method,
            "uri": path,
            "query_strings": [{"name": name, "value": value} for name, value in query.items()],
        }
        await self.socket.send_str(json.dumps(request))

    async def _originate(self, endpoint: str, channel: str) -> None:
        await self._ask(
            "POST", "channels", endpoint=endpoint, app=self.app, channelId=channel, timeout="15", callerId=CALLER
        )

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        tasks = set()
        async for message in self.socket:
            event = json.loads(message.data)
            at = time.monotonic()
            kind, channel = event["type"], event.get("channel", {}).get("id", "")
            if kind not in {"StasisStart", "ChannelDestroyed"} or not channel.startswith(self.app):
                continue
            _, n, *agent = channel.split(".")
            if kind == "ChannelDestroyed":
                if not agent:
                    self.tally.ended.add(int(n))
                continue
            if not agent:
                self.tally.answered[int(n)] = at
                if self.bridging:
                    await self._ask("POST", f"channels/{channel}/moh")
                    await self._originate(f"PJSIP/{1001 + int(n) % AGENTS}", f"{channel}.agent")
                    continue
            ends = [f"{self.app}.{n}", *([channel] if agent else [])]
            if agent:
                await self._ask("POST", f"bridges/{self.app}.{n}.mix", type="mixing")
                await self._ask("DELETE", f"channels/{self.app}.{n}/moh")
                await self._ask("POST", f"bridges/{self.app}.{n}.mix/addChannel", channel=",".join(ends))
            task = loop.create_task(self._end(ends))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def _end(self, channels: list[str]) -> None:
        await asyncio.sleep(self.hold)
        for channel in channels:
            await self._ask("DELETE", f"channels/{channel}")


# --- the whole -----------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/bench asterisk", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=span, default=10.0)
    parser.add_argument("--hold", type=span, default=2.0)
    parser.add_argument("--load", type=float, nargs="*", default=[100.0])
    parser.add_argument("--bridging", type=float, nargs="*", default=[20.0])
    options = parser.parse_args()
    asterisk = laboratory()
    out: dict[str, Any] = {"bench": "asterisk", "seconds": options.seconds, "cores": os.cpu_count()}
    out["load_average"] = [round(value, 2) for value in os.getloadavg()]
    bystander = None
    for name, rates in (("load", options.load), ("bridging", options.bridging)):
        if name == "bridging" and rates:
            bystander = Bystander(asterisk)  # only now: what it hears costs Asterisk time too
        for rate in rates:
            facts = {"rate": rate, "span": options.seconds, "hold": options.hold, "bridging": name == "bridging"}
            ways = {"driver": by_driver, "bare_loop": by_hand}
            out[f"{name}_{rate:g}"] = {way: measure(asterisk, bystander, **facts) for way, measure in ways.items()}
            time.sleep(2)  # let the laboratory's last transactions die away
    out["bounded_by"] = "Asterisk's processor time per call, then the client's; SIPp shares the same cores"
    sys.stdout.write(json.dumps(out, indent=None if options.json else 1) + "\n")


def laboratory() -> Asterisk:
    import subprocess

    done = subprocess.run([*COMMAND, "up", "--lab"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(done.stderr or done.stdout)
    home = Path(os.environ.get("CAMPANA_ASTERISK_HOME", ROOT / "var" / "asterisk")).resolve()
    access = dict(line.split("=", 1) for line in (home / "ari.env").read_text().splitlines())
    return Asterisk(access["CAMPANA_ARI_URL"], access["CAMPANA_ARI_USER"], access["CAMPANA_ARI_PASSWORD"], home)


if __name__ == "__main__":
    main()
