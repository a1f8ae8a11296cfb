"""Every page of supervisor and agent in a browser: nothing sideways, no word of protest from the browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from campana.accounts.models import User
from campana.calls.models import Attempt
from campana.campaigns.models import Campaign
from campana.relay.models import Message
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support.cast import PASSWORD
from support.floor_scene import Scene, make_scene
from support.waiting import eventually

pytestmark = pytest.mark.browser
SIZES = ((1440, 900), (390, 844))
SHOTS = os.environ.get("CAMPANA_SHOTS")
LONGER = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const word = walk.currentNode, text = word.textContent;
    if (/[a-z]{3}/.test(text))
      word.textContent = text.replace(/([A-Za-z]{4,})/g, (m) => m + "щ".repeat(Math.ceil(m.length * 0.35)));
  }
}"""
"""Longer languages: two fifths more letters in every word."""


def present() -> datetime:
    """The browser counts on its own clock, so moments lie around the real present."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        moment: datetime = cursor.fetchone()[0]
    return moment


@pytest.fixture
def scene(site: str) -> Iterator[Scene]:
    with system_scope():
        yield make_scene(present())


def signs_in(page: Page, person: User, password: str = PASSWORD) -> None:
    page.fill("input[type=email]", person.email)
    page.fill("input[type=password]", password)
    page.click("form:not(.langs) button[type=submit]")


@contextmanager
def signed_in(browser: Browser, site: str, person: User, **options: Any) -> Iterator[tuple[BrowserContext, list[str]]]:
    """A browser of one person, and what it complained of."""
    said: list[str] = []
    context = browser.new_context(base_url=site, reduced_motion="reduce", **options)
    context.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    page = context.new_page()
    page.goto("/session?next=/profile")  # an agent's own first page is his desk, which would be taken
    signs_in(page, person)
    page.wait_for_url(lambda url: "/session" not in url)
    page.close()
    yield context, said
    context.close()


def pages_of(scene: Scene) -> dict[str, str]:
    campaign, call = scene.campaign.pk, scene.talk.pk
    return {
        "campaigns": "/campaigns",
        "campaign": f"/campaigns/{campaign}",
        "contacts": f"/campaigns/{campaign}/contacts",
        "contact": f"/campaigns/{campaign}/contacts/{scene.task.pk}",
        "attempts": f"/campaigns/{campaign}/attempts",
        "log": f"/campaigns/{campaign}/log",
        "calls": "/calls",
        "call": f"/calls/{call}",
        "call-ended": f"/calls/{scene.ended[-1].pk}",
        "floor": "/floor",
        "nothing": "/calls/1",
    }


def sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def culprits(page: Page) -> str:
    """Whose right edge lies outside the window."""
    script = """() => [...document.querySelectorAll("body *")]
      .filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5 && !e.closest(".ledger-wrap, .tabs, nav, svg"))
      .map((e) => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 30)).slice(-4).join(" / ")"""
    return str(page.evaluate(script))


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def test_no_list_scrolls_sideways_on_a_screen_of_1280(browser: Browser, site: str, scene: Scene) -> None:
    """The longest words there are: a campaign stopped by a fault that may be resumed, and one with an end."""
    for name, values in {
        "Overdue invoices, step 2": {"state": "paused", "state_reason": "hotlines_failing"},
        "Renewals, January": {"state": "running", "end_at": present() + timedelta(days=40)},
    }.items():
        fields = {"organisation": scene.cast.lumen, "author": scene.cast.ada, "mode": "progressive", **values}
        Campaign.objects.create(name=name, created_at=present(), state_since=present(), **fields)
    pages, wrong = pages_of(scene) | {"directory": "/contacts"}, []
    with signed_in(browser, site, scene.cast.ada, viewport={"width": 1280, "height": 800}) as (context, _said):
        page = context.new_page()
        for language, name in [
            *product(("ru",), ("contacts", "attempts", "calls", "floor", "directory")),
            *product(("ru", "cs", "vi"), ("campaigns",)),
        ]:
            User.objects.update(language=language)
            page.goto(pages[name])
            page.evaluate("document.fonts.ready")
            script = "(wraps) => Math.max(...wraps.map((wrap) => wrap.scrollWidth - wrap.clientWidth))"
            if beyond := page.locator(".ledger-wrap").evaluate_all(script):
                wrong.append(f"{name} in {language} by {beyond}")
    assert wrong == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_supervisors_pages_fit_and_keep_the_policy(
    browser: Browser, site: str, scene: Scene, language: str
) -> None:
    User.objects.update(language=language)
    scene.alice("in_call", state_since=present(), campaign_id=scene.campaign.pk, attempt_id=scene.talk.pk)
    wrong = []
    with signed_in(browser, site, scene.cast.ada) as (context, said):
        for (name, address), (width, height) in product(pages_of(scene).items(), SIZES):
            page = context.new_page()
            page.set_viewport_size({"width": width, "height": height})
            page.goto(address)
            page.wait_for_load_state("load")
            page.evaluate("document.fonts.ready")
            shoot(page, f"{name}.{width}.{language}")
            if language == "ru":
                page.evaluate(LONGER)
            if sideways(page) > 0:
                wrong.append(f"{name} at {width} scrolls sideways by {sideways(page)}: {culprits(page)}")
            if name == "nothing":
                said[:] = [text for text in said if "404" not in text]
            wrong += [f"{name}: {text}" for text in said]
            said.clear()
            page.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_desk_fits_in_every_state(browser: Browser, site: str, scene: Scene, language: str) -> None:
    User.objects.update(language=language)
    now, talk, task = present(), scene.talk, scene.task
    call = {"campaign_id": scene.campaign.pk, "task_id": task.pk, "attempt_id": talk.pk, "state_until": None}
    states: dict[str, dict[str, Any]] = {
        "not_ready": {"wanted": "not_ready", "pause_reason": "lunch"},
        "available": {"wanted": "ready"},
        "preview": {**call, "attempt_id": None, "state_until": now + timedelta(minutes=30)},
        "in_call": call,
        "wrap_up": {**call, "state_until": now + timedelta(minutes=1)},
    }
    wrong = []
    with signed_in(browser, site, scene.cast.alice) as (context, said):
        for (state, columns), (width, height) in product(states.items(), SIZES):
            scene.alice(state, state_since=now, **columns)
            page = context.new_page()
            page.set_viewport_size({"width": width, "height": height})
            page.goto("/desk")
            page.evaluate("document.fonts.ready")
            shoot(page, f"desk-{state}.{width}.{language}")
            if language == "ru":
                page.evaluate(LONGER)
            if sideways(page) > 0:
                wrong.append(f"{state} at {width} scrolls sideways by {sideways(page)}: {culprits(page)}")
            if width == 1440 and page.evaluate("document.documentElement.scrollHeight - innerHeight") > 0:
                wrong.append(f"{state}: the desk scrolls")
            wrong += [f"{state}: {text}" for text in said]
            said.clear()
            page.close()
    assert not wrong, "\n".join(wrong)


def test_every_place_of_the_navigation_fits(browser: Browser, site: str, scene: Scene) -> None:
    wrong = []
    with signed_in(browser, site, scene.cast.ada) as (context, said):
        page = context.new_page()
        page.goto("/campaigns")
        places = page.eval_on_selector_all(".side-list a", "links => links.map((link) => link.getAttribute('href'))")
        assert len(places) > 8
        for address, (width, height) in product([*places, "/campaigns/new", "/profile", "/people"], SIZES):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(address)
            page.evaluate("document.fonts.ready")
            shoot(page, f"place{address.replace('/', '-')}.{width}")
            if sideways(page) > 0:
                wrong.append(f"{address} at {width} scrolls sideways by {sideways(page)}: {culprits(page)}")
            if "/desk" not in address:
                wrong += [f"{address}: {text}" for text in said]
            said.clear()
    assert not wrong, "\n".join(wrong)


def test_an_agent_works_a_call_by_keys_alone(browser: Browser, site: str, scene: Scene) -> None:
    now = present()
    alice = Agent.objects.filter(pk=scene.cast.alice_agent.pk)
    alice.update(wanted="not_ready", state="not_ready", state_since=now)
    with signed_in(browser, site, scene.cast.alice, viewport={"width": 1440, "height": 900}) as (context, said):
        page = context.new_page()
        page.goto("/desk")
        eventually(lambda: alice.get().seen_at)
        for _ in range(4):  # the desk is drawn once more when it has its seat, and verbs just drawn rest for 600 ms
            page.wait_for_timeout(700)
            page.keyboard.press("F9")
            with suppress(AssertionError):
                eventually(lambda: alice.get().wanted == "ready", within=5)
                break
        assert alice.get().wanted == "ready"

        call = {"campaign_id": scene.campaign.pk, "task_id": scene.task.pk, "attempt_id": scene.talk.pk}
        alice.update(state="wrap_up", state_until=now + timedelta(minutes=5), **call)
        ring(scene, agents=[scene.cast.alice_agent.pk])
        page.wait_for_selector("#act:has-text('Save and next')")
        page.keyboard.press("1")
        page.keyboard.press("n")
        page.keyboard.type("Two children, 12 years")
        page.wait_for_selector("#note-saved:not(:empty)")
        page.wait_for_timeout(700)
        page.keyboard.press("F8")
        saved = Attempt.objects.filter(pk=scene.talk.pk)
        eventually(lambda: saved.get().result == scene.results["success"])
        assert saved.get().note == "Two children, 12 years"
        eventually(lambda: Message.objects.filter(kind="ready").exists())
        assert Message.objects.filter(kind="result").count() == 1
        assert page.input_value("#note") == "Two children, 12 years"
        assert said == []


def test_what_is_typed_survives_the_refresh_of_the_console(browser: Browser, site: str, scene: Scene) -> None:
    call = {"campaign_id": scene.campaign.pk, "task_id": scene.task.pk, "attempt_id": scene.talk.pk}
    scene.alice("in_call", state_since=present(), **call)
    with signed_in(browser, site, scene.cast.alice, viewport={"width": 1440, "height": 900}) as (context, said):
        page = context.new_page()
        page.goto("/desk")
        page.wait_for_selector("#act:has-text('Hang up')")
        page.fill("#note", "half a sen")
        page.keyboard.press("Escape")
        scene.alice("wrap_up", state_until=present() + timedelta(minutes=5))
        ring(scene, agents=[scene.cast.alice_agent.pk])
        page.wait_for_selector("#act:has-text('Save and next')")
        assert page.input_value("#note") == "half a sen"
        assert said == []


def test_the_language_of_the_desk_changes_without_a_reload(browser: Browser, site: str, scene: Scene) -> None:
    call = {"campaign_id": scene.campaign.pk, "task_id": scene.task.pk, "attempt_id": scene.talk.pk}
    scene.alice("wrap_up", state_since=present(), state_until=present() + timedelta(minutes=5), **call)
    with signed_in(browser, site, scene.cast.alice, viewport={"width": 1440, "height": 900}) as (context, said):
        page = context.new_page()
        page.goto("/desk")
        page.fill("#note", "half a sen")
        page.click("#result .results label:first-of-type")
        page.evaluate("window.mark = 1")
        page.click("#desk-bar details.menu:last-of-type > summary")
        page.click("form.langs button[value=vi]")
        page.wait_for_selector("html[lang=vi]")
        page.wait_for_selector("#act:not(:has-text('Save and next'))")
        assert page.evaluate("window.mark") == 1
        assert page.input_value("#note") == "half a sen"
        assert page.is_checked("#result .results label:first-of-type input")
        assert said == []


def test_a_page_follows_the_campaign_without_being_loaded_again(browser: Browser, site: str, scene: Scene) -> None:
    with signed_in(browser, site, scene.cast.carol, viewport={"width": 1440, "height": 900}) as (context, said):
        page = context.new_page()
        page.goto(f"/campaigns/{scene.campaign.pk}")
        page.wait_for_selector(".live[data-fresh=live]")
        page.evaluate("window.mark = 1")
        Campaign.objects.filter(pk=scene.campaign.pk).update(state="paused", state_reason="no_agent")
        ring(scene, campaigns=[scene.campaign.pk])
        page.wait_for_selector("text=no agent available", timeout=5000)
        assert page.evaluate("window.mark") == 1
        assert said == []


def ring(scene: Scene, **told: Any) -> None:
    import json

    from django.db import connection

    from campana.relay.mailbox import SCREEN_BELL

    with connection.cursor() as cursor:
        payload = json.dumps({"organisation": scene.cast.lumen.pk, **told})
        cursor.execute("SELECT pg_notify(%s, %s)", [SCREEN_BELL, payload])


def test_the_door_fits(browser: Browser, site: str) -> None:
    assert settings.LANGUAGES
    for width in (1440, 390):
        page = browser.new_page(viewport={"width": width, "height": 800}, base_url=site)
        page.goto("/session")
        shoot(page, f"door.{width}")
        assert sideways(page) <= 0
        page.close()
