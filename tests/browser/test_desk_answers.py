"""The questions of a script at the desk: they follow the answers, and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from browser.test_pages import present, scene, signed_in
from campana.accounts.queries import actor_of_user
from campana.calls.models import Attempt
from campana.scripts import operations
from campana.workforce.models import Agent
from support.floor_scene import Scene
from support.live_regions import fetch_again

__all__ = ["scene"]
pytestmark = pytest.mark.browser

SCRIPT = [
    {"kind": "text", "text": "# Who calls\nHello, this is {agent} of {organisation}. Do I speak with {name}?"},
    {"kind": "single", "label": "Interested?", "name": "interest", "options": ["Yes", "No"], "required": True},
    {
        "kind": "number",
        "label": "Budget",
        "name": "budget",
        "help": "A month, about.",
        "shown_if": {"name": "interest", "test": "is", "values": ["Yes"]},
    },
    {"kind": "rating", "label": "How likely is it?", "name": "likely"},
    {"kind": "checkbox", "label": "May we write?", "name": "write"},
]
TYPES = """() => {
  for (const [name, text] of [["note", "Until the last"], ["a-budget", "700"]]) {
    const field = document.querySelector(`[name=${name}]`);
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""


@pytest.fixture
def talk(scene: Scene) -> Attempt:
    """Alice talks; the campaign's script asks."""
    ada = actor_of_user(scene.cast.ada, None)
    assert ada is not None
    made = operations.create_script(actor=ada, name="Offer", elements=SCRIPT, now=present())
    scene.campaign.script = made
    scene.campaign.save()
    scene.alice(
        "in_call",
        state_since=present() - timedelta(minutes=2),
        campaign_id=scene.campaign.pk,
        online=True,
        wanted="ready",
        dialling=True,
        attempt_id=scene.talk.pk,
    )
    return scene.talk


def test_answers_open_their_branch_and_outlive_a_reload(
    browser: Browser, site: str, scene: Scene, talk: Attempt
) -> None:
    with signed_in(browser, site, scene.cast.alice) as (context, said):
        page = context.new_page()
        page.goto("/desk")
        assert not page.is_visible("[name=a-budget]")
        page.check("[name=a-interest][value=Yes]")
        page.wait_for_selector("[name=a-budget]")
        page.fill("[name=a-budget]", "a lot")
        page.wait_for_selector("[data-wrong=budget]:has-text('Write a number')")
        page.fill("[name=a-budget]", "500")
        page.wait_for_selector("[data-wrong=budget]:empty", state="attached")
        page.reload()
        assert page.input_value("[name=a-budget]") == "500"
        page.check("[name=a-interest][value=No]")
        page.wait_for_selector("[name=a-budget]", state="hidden")
        assert not said
    talk.refresh_from_db()
    assert talk.answers == {"interest": "No"}


def test_the_last_words_are_kept_when_the_time_runs_out(
    browser: Browser, site: str, scene: Scene, talk: Attempt
) -> None:
    with signed_in(browser, site, scene.cast.alice) as (context, _said):
        page = context.new_page()
        page.goto("/desk")
        page.check("[name=a-interest][value=Yes]")
        page.wait_for_selector("[name=a-budget]")
        Agent.objects.filter(pk=scene.cast.alice_agent.pk).update(state="available", attempt_id=None, task_id=None)
        with page.expect_response("**/note"), page.expect_response("**/answers"):
            fetch_again(page, "console", first=f"({TYPES})()")
        page.wait_for_selector("#idle")
    talk.refresh_from_db()
    assert talk.note == "Until the last"
    assert talk.answers == {"interest": "Yes", "budget": 700}


def test_the_last_words_outlive_a_reload_that_is_faster_than_they(
    browser: Browser, site: str, scene: Scene, talk: Attempt
) -> None:
    with signed_in(browser, site, scene.cast.alice) as (context, _said):
        page = context.new_page()
        page.goto("/desk")
        page.check("[name=a-interest][value=Yes]")
        page.wait_for_selector("[name=a-budget]")
        for address in ("**/note", "**/answers"):
            context.route(address, lambda route: route.abort())
        page.fill("#note", "Asks for the large box")
        page.fill("[name=a-budget]", "700")
        page.reload()
        assert page.input_value("#note") == "Asks for the large box"
        assert page.input_value("[name=a-budget]") == "700"
        context.unroute_all()
        with page.expect_response("**/note"), page.expect_response("**/answers"):
            page.press("#note", "End")
            page.keyboard.type("!")
            page.press("[name=a-budget]", "End")
            page.keyboard.type("0")
    talk.refresh_from_db()
    assert talk.note == "Asks for the large box!"
    assert talk.answers == {"interest": "Yes", "budget": 7000}


def test_a_missing_answer_is_shown_where_it_is_missing(
    browser: Browser, site: str, scene: Scene, talk: Attempt
) -> None:
    scene.alice("wrap_up", state_since=present())
    with signed_in(browser, site, scene.cast.alice) as (context, _said):
        page = context.new_page()
        page.goto("/desk")
        page.check("#result [data-class=success]")
        page.keyboard.press("F8")
        page.wait_for_selector("[data-wrong=interest]:has-text('Answer this question.')")
        page.wait_for_selector("#says:has-text('Interested?')")
        assert page.evaluate("() => document.activeElement.name") == "a-interest"
