"""``bin/screens``: fills a database of its own, serves it, and photographs every screen of the catalogue.

The pictures go to var/screens, with an index.html that shows them beside each other. With ``--guide`` the pictures
of docs/guide alone are taken, into its folder and under the names that the catalogue gives them.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from campana.config.home import DEMO, ROOT, Busy, Home
from campana.config.postgres import PostgresError
from campana.config.screens.catalogue import SCREENS, Screen
from campana.config.screens.faults import faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Error, Page

LANGUAGES: Final = ("en", "vi", "cs", "ru")
SIZES: Final = {1440: 900, 390: 844}
THEMES: Final = ("light", "dark")
GUIDE: Final = ((1440, "light"),)
GUIDE_PICTURES: Final = ROOT / "docs" / "guide" / "pictures"
STYLE: Final = (
    "body{font:14px system-ui;margin:1rem}div{display:flex;gap:1rem;overflow-x:auto}"
    "img{height:420px;border:1px solid #bbb}"
)
SCREENS_HOME: Final = DEMO.with_name("screens-home")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    home = Home(SCREENS_HOME)
    try:
        with home.held("bin/screens"):
            home.reset()
            home.make()
            try:
                home.postgres.start()
                return _photograph(home, options)
            finally:
                home.reset()
                home.postgres.tidy()
    except (Busy, PostgresError) as problem:
        print(f"campana: {problem}", file=sys.stderr)
    return 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/screens", description="Photographs every screen of the product.")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="screens whose name has this in it")
    parser.add_argument("--language", action="append", choices=LANGUAGES, default=[], help="only these languages")
    parser.add_argument("--width", action="append", type=int, choices=sorted(SIZES), default=[])
    parser.add_argument("--theme", action="append", choices=THEMES, default=[])
    parser.add_argument(
        "--guide", action="store_true", help="only the pictures of docs/guide, in English and Vietnamese"
    )
    parser.add_argument("--prototypes", type=Path, help="a folder of pictures to lay beside ours in the index")
    parser.add_argument(
        "--to", type=Path, help="where the pictures go (var/screens; docs/guide/pictures for the guide)"
    )
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args(arguments)
    options.to = options.to or (GUIDE_PICTURES if options.guide else ROOT / "var" / "screens")
    return options


def _photograph(home: Home, options: argparse.Namespace) -> int:
    environment = home.environment() | {"CAMPANA_LOG_LEVEL": "ERROR", "CAMPANA_DEMO": "1"}
    os.environ.update(environment)
    import django

    django.setup()
    from campana.config.migrations import migrate
    from campana.config.screens import state
    from campana.kernel.clock import utc_now

    began = time.monotonic()
    migrate()
    told = state.make(utc_now())
    print(f"campana: the state is made in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    port = options.port or _free_port()
    command = [sys.executable, "-m", "campana.config.child", "web", "--port", str(port), "--supervised"]
    server = subprocess.Popen(command, env=environment)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", server)
        taken, wrong = _take(f"http://127.0.0.1:{port}", told, options)
    finally:
        server.terminate()
        server.wait(20)
    if not options.guide:
        _index(options.to, taken, options.prototypes)
    for fault in wrong:
        print(f"campana: {fault}", file=sys.stderr)
    print(f"{len(taken)} pictures in {options.to}, {len(wrong)} faults, {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


def wanted(options: argparse.Namespace) -> Iterator[tuple[Screen, str, int, str]]:
    """Screen, language, width, theme; languages outermost, for changing one is a step."""
    languages = options.language or (("en", "vi") if options.guide else LANGUAGES)
    views = GUIDE if options.guide else tuple(product(options.width or SIZES, options.theme or THEMES))
    for language, (width, theme) in product(languages, views):
        for screen in SCREENS:
            if options.only and not any(part in screen.name for part in options.only):
                continue
            if options.guide and not screen.guide:
                continue
            yield screen, language, width, theme


def _take(site: str, told: Any, options: argparse.Namespace) -> tuple[list[dict[str, Any]], list[str]]:
    from playwright.sync_api import sync_playwright

    options.to.mkdir(parents=True, exist_ok=True)
    taken, wrong = [], []
    found = os.environ.get("CAMPANA_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread; our queries are our own
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        doors = {key: _enter(browser, site, email) for key, email in told.people.items()}
        spoken = ""
        for screen, language, width, theme in wanted(options):
            if language != spoken:
                _speak(language)
                spoken = language
            context = browser.new_context(
                base_url=site,
                storage_state=doors.get(screen.person),
                viewport={"width": width, "height": SIZES[width]},
                color_scheme="dark" if theme == "dark" else "light",
                reduced_motion="reduce",
                locale=language,
            )
            page = context.new_page()
            said = _listen(page)
            name = f"{screen.guide}.{language}" if options.guide else f"{screen.name}.{width}.{theme}.{language}"
            told_here = _one(page, screen, told, options.to / f"{name}.png", whole=not options.guide)
            wrong += [f"{name}: {fault}" for fault in [*told_here, *said]]
            taken.append(
                {"name": screen.name, "file": f"{name}.png", "language": language, "width": width, "theme": theme}
            )
            context.close()
        browser.close()
    return taken, wrong


def _listen(page: Page) -> list[str]:
    """What the browser will complain of."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    def fail(error: Error) -> None:
        said.append(str(error))

    page.on("console", hear)
    page.on("pageerror", fail)
    return said


def _one(page: Page, screen: Screen, told: Any, path: Path, *, whole: bool) -> list[str]:
    from campana.config.screens import furnished
    from campana.tenancy import system_scope

    if screen.desk:
        seat(told, screen.desk)
    with system_scope():
        furnished.hear(screen.hears)
    answer = page.goto(screen.address.format(**told.ids), wait_until="load")
    page.evaluate("document.fonts.ready")
    if screen.click:
        page.click(screen.click)
    for key in screen.press:
        page.keyboard.press(key)
    page.screenshot(path=path, full_page=whole, animations="disabled")
    told_here = [] if answer is not None and answer.status == 200 else [f"answered {answer.status if answer else 'no'}"]
    return [*told_here, *faults(page)]


def _enter(browser: Browser, site: str, email: str) -> Any:
    from campana.config.screens import state

    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto("/session")
    page.fill("input[type=email]", email)
    page.fill("input[type=password]", state.PASSWORD)
    page.click("form:not(.langs) button[type=submit]")
    page.wait_for_url(lambda url: "/session" not in url)
    kept = context.storage_state()
    context.close()
    return kept


def _speak(language: str) -> None:
    from campana.accounts.models import User
    from campana.tenancy import system_scope

    with system_scope():
        User.objects.update(language=language)


def seat(told: Any, state: str) -> None:
    """The agent of the free chair as the journal would put him there."""
    from datetime import timedelta

    from campana.calls.models import Attempt
    from campana.kernel.clock import utc_now
    from campana.tenancy import system_scope
    from campana.workforce.models import Agent

    now = utc_now()
    with system_scope():
        attempt = Attempt.objects.get(pk=told.ids["attempt"])
        call: dict[str, Any] = {
            "campaign_id": attempt.campaign_id,
            "task_id": attempt.task_id,
            "attempt_id": attempt.pk,
        }
        nobody: dict[str, Any] = dict.fromkeys(("campaign_id", "task_id", "attempt_id", "state_until"))
        columns: dict[str, Any] = {
            "available": nobody,
            "preview": {**call, "attempt_id": None, "state_until": now + timedelta(minutes=5)},
            "in_call": {**call, "state_until": None},
            "off": nobody,
            "ringing": {**call, "state_until": None},
            "wrap_up": {**call, "state_until": now + timedelta(seconds=52)},
            "caller": {**nobody, "attempt_id": told.ids["caller"]},
        }[state]
        since = now - timedelta(seconds=74)
        Agent.objects.filter(pk=told.ids["you"]).update(
            state="ringing" if state == "caller" else state,
            wanted="off" if state == "off" else "ready",
            state_since=since,
            desk="",
            **columns,
        )


def _index(folder: Path, taken: list[dict[str, Any]], prototypes: Path | None) -> None:
    """Every screen with its pictures in a row, the prototype's first where there is one."""
    drawn = {screen.name: screen.prototype for screen in SCREENS}
    rows = []
    for name in dict.fromkeys(each["name"] for each in taken):
        pictures = []
        if prototypes is not None and drawn[name]:
            for file in sorted(prototypes.glob(f"{drawn[name]}.*.png")):
                copy = folder / "prototypes" / file.name
                copy.parent.mkdir(exist_ok=True)
                shutil.copyfile(file, copy)
                pictures.append((f"prototypes/{file.name}", f"prototype {file.stem}"))
        pictures += [(each["file"], each["file"].removesuffix(".png")) for each in taken if each["name"] == name]
        shown = "".join(
            f'<figure><a href="{html.escape(file)}"><img loading="lazy" src="{html.escape(file)}" alt=""></a>'
            f"<figcaption>{html.escape(words)}</figcaption></figure>"
            for file, words in pictures
        )
        rows.append(f'<section id="{name}"><h2>{name}</h2><div>{shown}</div></section>')
    page = f"<!doctype html><meta charset=utf-8><title>Screens</title><style>{STYLE}</style>{''.join(rows)}"
    (folder / "index.html").write_text(page)
    (folder / "taken.json").write_text(json.dumps(taken, indent=1))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError("the site did not start")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the site did not answer")
