"""``bin/campana serve``: everything of an installation, or one of its processes."""

from __future__ import annotations

import os
import sys

from campana.config import env
from campana.config.cli.database import in_words, setup
from campana.config.cli.say import Options, Parsers, Sorry
from campana.config.ports import port, taken
from campana.config.supervisor import DidNotStart, Program, Supervisor

PARTS = ("web", "pages", "events", "engine", "jobs")


def add(parsers: Parsers) -> None:
    parser = parsers.add_parser(
        "serve",
        help="pages, events, engine and jobs under one supervisor, or only the named part",
        description="Without a part: web, engine and jobs under one supervisor. web is pages and events behind"
        " one address; behind a proxy that can tell them apart, serve pages and events instead.",
    )
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=port, default=8000)
    parser.add_argument("--workers", type=int, default=1, help="processes for pages (1)")
    parser.add_argument("--threads", type=int, default=8, help="requests at a time in each (8)")
    parser.set_defaults(run=run)


def run(options: Options) -> int:
    if not env.text("DATABASE_URL", ""):
        raise Sorry("serve needs DATABASE_URL; for a look around start bin/demo")
    if options.part in {None, "web", "pages", "events"}:
        _check_port(options.host, options.port)
    _check_database()
    if options.part:
        return _run_part(options)

    def say(words: str) -> None:
        print(f"campana: {words}", file=sys.stderr, flush=True)

    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    programs = [
        Program(name, _command(name, options, "--supervised"), environment, log=None)
        for name in ("web", "engine", "jobs")
    ]
    try:
        Supervisor(say=say).run(programs, started=lambda: say(f"serves http://{options.host}:{options.port}/"))
    except DidNotStart as problem:
        raise Sorry(str(problem)) from problem
    return 0


def _run_part(options: Options) -> int:
    command = _command(options.part, options)
    os.execv(command[0], command)


def _command(part: str, options: Options, *more: str) -> list[str]:
    command = [sys.executable, "-m", "campana.config.child", part, *more]
    if part in {"web", "pages", "events"}:
        command += ["--host", options.host, "--port", str(options.port)]
        command += ["--threads", str(options.threads)]
        command += ["--workers", str(1 if part == "events" else options.workers)]
    return command


def _check_port(host: str, port: int) -> None:
    """Or it would say that it serves, while its pages end and begin anew."""
    try:
        if taken(port, host):
            raise Sorry(f"port {port} of {host} is taken or not allowed; choose another one with --port")
    except OSError as error:
        raise Sorry(
            f"{host} is no address of this machine: {error.strerror}; choose another one with --host"
        ) from error


def _check_database() -> None:
    """Refuse to serve where promises could not be kept; bin/campana doctor says more."""
    setup()
    from django.db import connection

    from campana.config.health import unapplied_migrations
    from campana.config.migrations import unsafe_role

    try:
        with in_words():
            unsafe = unsafe_role()
            missing = unapplied_migrations()
    finally:
        connection.close()
    if unsafe:
        raise Sorry(f"{unsafe}, so row-level security would not hold; use an ordinary role")
    if missing:
        raise Sorry("the database is older than this version; run bin/campana migrate")
