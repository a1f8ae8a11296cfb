"""The machine: interpreter, environment, disk, time zones, ports."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from campana.config import env
from campana.config.doctor.finding import Finding, note, well, wrong
from campana.config.home import DEMO, ROOT
from campana.config.ports import taken

USUAL_PORT = 8000
LITTLE_SPACE = 2 * 1024**3
_PROBED = ("Asia/Ho_Chi_Minh", "Europe/Prague", "America/New_York", "Asia/Novosibirsk")


def examine() -> Iterator[Finding]:
    yield _python()
    yield _environment()
    yield _zones()
    yield _disk(env.path("CAMPANA_DATA", DEMO if not env.text("DATABASE_URL", "") else ROOT / "var"))
    yield _port(USUAL_PORT)


def _python() -> Finding:
    return well("python", sys.version.split()[0])  # an older one did not get past bin/_bootstrap.py


def _environment() -> Finding:
    import hashlib

    stamp, lock = ROOT / ".venv" / "campana.json", ROOT / "requirements.lock"
    if not stamp.exists():
        return note("packages", "not installed by bin/setup, so their versions are not known to be the locked ones")
    known = json.loads(stamp.read_text()).get("run")
    if known != hashlib.sha256(lock.read_bytes()).hexdigest():
        return wrong("packages", "differ from requirements.lock", "run bin/setup")
    return well("packages", "as locked")


def _zones() -> Finding:
    missing = []
    for name in _PROBED:
        try:
            ZoneInfo(name)
        except ZoneInfoNotFoundError:
            missing.append(name)
    if missing:
        return wrong("time zones", f"no data for {', '.join(missing)}", "run bin/setup (package tzdata)")
    return well("time zones", "data is there")


def _disk(folder: Path) -> Finding:
    place = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(place).free
    words = f"{free / 1024**3:.1f} GiB free at {place}"
    if free < LITTLE_SPACE:
        return wrong("disk", words, "make room: PostgreSQL stops when the disk is full")
    return well("disk", words)


def _port(port: int) -> Finding:
    if taken(port):
        return note("port", f"{port} is in use", "if that is not Campana itself, choose another one with --port")
    return well("port", f"{port} is free")
