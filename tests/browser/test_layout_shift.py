"""Live figures change where they stand: nothing that is read moves (cumulative layout shift under 0.01)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from browser.test_pages import present, scene, signed_in
from campana.calls.models import Attempt
from campana.campaigns.models import Task
from campana.tenancy import system_scope
from support.calls import attempt
from support.floor_scene import Scene
from support.live_regions import fetch_again, settled

__all__ = ["scene"]
pytestmark = pytest.mark.browser
SIZES = ((1440, 900), (390, 844))
MOST = 0.01
WATCH = """() => {
  window.shifts = [];
  const named = ({ node }) => node?.outerHTML?.slice(0, 90) || node?.nodeName;
  const told = (entry) => [entry.value, ...entry.sources.map(named)];
  const keep = (entry) => { if (!entry.hadRecentInput) window.shifts.push(told(entry)); };
  new PerformanceObserver((list) => list.getEntries().forEach(keep)).observe({ type: "layout-shift" });
}"""
SETTLE = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def work_goes_on(scene: Scene, step: int) -> None:
    """Figures of one digit get four, calls begin and end, an agent changes his state."""
    now = present()
    with system_scope():
        for n in range(10):
            moments = {"began_at": now - timedelta(minutes=10 - n)}
            attempt(scene.campaign, scene.cast.bob_agent, result=next(iter(scene.results.values())), **moments)
        Attempt.objects.filter(pk=scene.talk.pk).update(connected_at=now - timedelta(hours=step, minutes=2))
        fate = ("completed", "planned", "waiting")[step % 3]
        Task.objects.filter(campaign=scene.campaign).exclude(pk=scene.task.pk).update(state=fate)
        scene.alice(("available", "in_call", "wrap_up")[step % 3], state_since=now - timedelta(hours=step))


def shifted(page: Page, scene: Scene, region: str) -> list[list[object]]:
    page.evaluate("document.fonts.ready")
    page.evaluate(WATCH)
    for step in range(3):
        work_goes_on(scene, step)
        with page.expect_response(lambda answer: answer.request.headers.get("hx-target") == region):
            fetch_again(page, region)
        settled(page, region)
        page.evaluate(SETTLE)
    found: list[list[object]] = page.evaluate("window.shifts")
    return found


@pytest.mark.parametrize("room", ["live", "floor", "wall", "campaigns"])
def test_nothing_moves_when_live_figures_change(browser: Browser, site: str, scene: Scene, room: str) -> None:
    scene.alice("in_call", state_since=present(), online=True, wanted="ready", campaign_id=scene.campaign.pk)
    address = {"live": f"/campaigns/{scene.campaign.pk}", "wall": "/wallboard"}.get(room, f"/{room}")
    wrong = {}
    for width, height in SIZES:
        size = {"viewport": {"width": width, "height": height}}
        with signed_in(browser, site, scene.cast.carol, **size) as (context, said):
            page = context.new_page()
            page.goto(address)
            shifts = shifted(page, scene, room)
            total = sum(float(str(shift[0])) for shift in shifts)
            if total >= MOST:
                wrong[width] = (round(total, 4), shifts)
            assert said == []
    assert not wrong, wrong
