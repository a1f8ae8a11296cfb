"""``bin/demo``: from nothing to a working floor, and back to nothing at Ctrl-C."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence

from campana.config.demo.people import FLOOR
from campana.config.home import DEMO, Busy, Home, NoFolder, mark, marked, migrations_digest
from campana.config.ports import port, taken
from campana.config.postgres import PostgresError
from campana.config.supervisor import DidNotStart, Program, Supervisor


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    if options.until_finished:
        from campana.config.demo.headless import run_to_the_end

        return run_to_the_end(as_json=options.json, contacts=options.contacts, seed=options.seed)
    try:
        return _Demo(options).run()
    except Busy as busy:
        return _sorry(f"{busy} has {DEMO} already; stop it first, or open its address")
    except (DidNotStart, NoFolder, PostgresError, PortTaken) as problem:
        return _sorry(str(problem))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/demo", description="A working contact centre with simulated calls.")
    parser.add_argument("--port", type=port, default=8000, help="port of the pages on this machine (8000)")
    parser.add_argument("--speed", type=float, default=1.0, help="how fast the simulated floor lives (1: as in life)")
    parser.add_argument("--contacts", type=int, default=2000, help="contacts of the demo campaign (2000)")
    parser.add_argument("--agents", type=int, default=FLOOR, help=f"simulated agents beside the free chair ({FLOOR})")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other people (1)")
    parser.add_argument("--reset", action="store_true", help="forget the demo's data and begin anew")
    parser.add_argument("--headless", action="store_true", help="without pages")
    parser.add_argument(
        "--until-finished", action="store_true", help="with --headless: run the campaign to its end, as fast as can be"
    )
    parser.add_argument("--json", action="store_true", help="with --until-finished: print one JSON object")
    options = parser.parse_args(arguments)
    if options.until_finished and not options.headless:
        parser.error("--until-finished needs --headless")
    if options.json and not options.until_finished:
        parser.error("--json needs --headless --until-finished")
    if options.speed != 1 and not options.headless:
        parser.error("--speed needs --headless: pages live in real time")
    if not 0.1 <= options.speed <= 100:
        parser.error("--speed is from 0.1 to 100")
    if not 1 <= options.contacts <= 10_000:
        parser.error("--contacts is from 1 to 10,000, the limit of a campaign's plan")
    if not 0 <= options.agents <= FLOOR:
        parser.error(f"--agents is from 0 to {FLOOR}")
    if options.until_finished and options.agents != FLOOR:
        parser.error("--agents is for a demo that people look at")
    return options


UNFINISHED = "demo, being filled"


class PortTaken(RuntimeError):
    pass


class _Demo:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.home = Home(DEMO)
        self.began = time.monotonic()

    def run(self) -> int:
        if not self.options.headless:
            _check_port(self.options.port)
        with self.home.held("bin/demo"):
            if self.options.reset:
                self.home.reset()
            self.home.make()
            postgres = self.home.postgres
            if postgres.moved_from:
                _say(f"the database lies in {postgres.data}: {postgres.account} can not reach {postgres.moved_from}")
            postgres.stop()  # left behind by a command that was killed
            postgres.prepare()
            try:
                Supervisor(say=_say).run(self._programs(), started=self._greet)
            finally:
                postgres.tidy()
        return 0

    def _programs(self) -> list[Program]:
        postgres = self.home.postgres
        environment = self.home.environment() | {
            "CAMPANA_DEMO": "1",
            "CAMPANA_DEMO_SEED": str(self.options.seed),
            "CAMPANA_DEMO_SPEED": str(self.options.speed),
        }
        programs = [
            Program(
                "postgres",
                postgres.foreground(),
                {"PATH": environment.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": "/"},
                postgres.log,
                stop_signal=signal.SIGINT,  # PostgreSQL: fast shutdown
                stop_seconds=60,
                account=postgres.account,
                ready=postgres.answers,
                started=lambda: self._fill(environment),
                last=True,
            ),
            self._ours("engine", environment),
            self._ours("jobs", environment),
        ]
        if not self.options.headless:
            port = str(self.options.port)
            web = self._ours("web", environment, "--port", port, ready=f"http://127.0.0.1:{port}/healthz")
            programs.insert(1, web)
        return programs

    def _ours(self, name: str, environment: dict[str, str], *more: str, ready: str = "") -> Program:
        return Program(
            name,
            [sys.executable, "-m", "campana.config.child", name, "--supervised", *more],
            environment,
            self.home.logs / f"{name}.log",
            ready=(lambda: _answers(ready)) if ready else None,
        )

    def _fill(self, environment: dict[str, str]) -> None:
        """Migrate and make the demo organisation, unless the database says that both were done."""
        url = environment["DATABASE_URL"]
        self.home.postgres.create_database()
        done = f"demo {migrations_digest()}"
        if marked(url) == done:
            return
        if marked(url) == UNFINISHED:
            self.home.postgres.drop_database()
            self.home.postgres.create_database()
        if not marked(url):
            mark(url, UNFINISHED)
            _say("filling the database (once, half a minute)")
        command = [sys.executable, "-m", "campana.config.demo.world"]
        for name in ("contacts", "agents", "seed"):
            command += [f"--{name}", str(getattr(self.options, name))]
        finished = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, cwd="/")
        if finished.returncode:
            raise DidNotStart("the demo organisation could not be made; see above")
        mark(url, done)

    def _greet(self) -> None:
        people = json.loads(self.home.sign_ins.read_text()) if self.home.sign_ins.exists() else []
        lines = [""]
        if self.options.headless:
            lines.append("Campana's demo works without pages.")
        else:
            lines.append(f"Campana's demo is at  http://127.0.0.1:{self.options.port}/")
            width = max((len(person["email"]) for person in people), default=0)
            lines += ["", "Sign in as"]
            lines += [f"  {person['email']:{width}}  {person['password']}  {person['words']}" for person in people]
        if not people:
            lines.append(f"{self.home.sign_ins} is gone: bin/campana user reset-password, or bin/demo --reset")
        lines += [
            "",
            "Simulated agents work a campaign over a simulated carrier; nobody is really called.",
            f"Logs: {self.home.logs}   Stop: Ctrl-C   (up in {time.monotonic() - self.began:.1f} s)",
        ]
        print("\n".join(lines), flush=True)


def _check_port(port: int) -> None:
    if taken(port):
        raise PortTaken(f"port {port} is taken; choose another one: bin/demo --port {port + 1}")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _say(words: str) -> None:
    print(f"campana: {words}", file=sys.stderr, flush=True)


def _sorry(words: str) -> int:
    _say(words)
    return 1
