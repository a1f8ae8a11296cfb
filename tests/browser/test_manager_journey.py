"""The manager's way from nothing to a running campaign: by keyboard only, in Vietnamese.

Controls are found by their names and ids, never by words, so that the journey holds in every language.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from campana.accounts.models import Organisation, User
from campana.calls.models import Attempt
from campana.campaigns.models import Campaign
from campana.crm.models import ContactImport
from campana.engine.config import TrunkConfig
from campana.hotlines.models import Hotline, Trunk
from campana.kernel.clock import utc_now
from campana.kernel.ids import TrunkId
from campana.kernel.phone import PhoneNumber
from campana.runtime.lockstep import Lockstep
from campana.sim.callees import Fate, Reaction
from campana.sim.switch import SimulatedSwitch, SteppedClock
from campana.sim.world import World
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support.jobs import do_waiting
from support.keyboard import choose, press, send, tab_to, type_into

pytestmark = pytest.mark.browser

PASSWORD = "chuông reo ba hồi sớm"
FILE = "Họ tên,Điện thoại\r\nNguyễn Thị Nhung,84901234567\r\nTrần Văn An,84901234568\r\nLê Minh,84901234569\r\n"


class Patient:
    """Everybody answers and talks for half a minute."""

    def reaction(self, number: PhoneNumber, call: int) -> Reaction:
        return Reaction(Fate.PERSON, talks=30.0)


@pytest.fixture
def page(browser: Browser, site: str) -> Page:
    context = browser.new_context(base_url=site, viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    return context.new_page()


def test_from_nothing_to_a_running_campaign_by_keyboard_in_vietnamese(page: Page, tmp_path: Path) -> None:
    with system_scope():
        _set_up(page)
        _line_and_agent(page)
        _campaign(page, tmp_path)
        _runs()


def _set_up(page: Page) -> None:
    page.goto("/")
    send(page, ".langs button[value=vi]")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    type_into(page, "[name=name]", "Cáp quang Ánh Sáng")
    choose(page, "[name=default_country]", "Vi")
    choose(page, "[name=time_zone]", "TP H")
    tab_to(page, "[name=language]")
    type_into(page, "[name=owner_name]", "Phạm Thu Hà")
    type_into(page, "[name=email]", "ha@anhsang.example")
    type_into(page, "[name=password]", PASSWORD)
    send(page, "button[type=submit]:not(.langs button)")
    assert User.objects.filter(email="ha@anhsang.example").exists()
    organisation = Organisation.objects.get()
    assert (organisation.time_zone, organisation.language) == ("Asia/Ho_Chi_Minh", "vi")


def _line_and_agent(page: Page) -> None:
    send(page, ".side a[href='/hotlines']")
    send(page, "main a[href='/trunks']")
    type_into(page, "main [name=name]", "Nhà mạng")
    type_into(page, "main [name=endpoint]", "carrier")
    send(page)
    assert Trunk.objects.exists()
    send(page, "main a[href='/hotlines']")
    type_into(page, "main [name=number]", "84281234567")
    send(page)
    assert Hotline.objects.exists()
    send(page, ".side a[href='/agents']")
    tab_to(page, "main [name=user_id]")
    page.keyboard.press("ArrowDown")
    type_into(page, "main [name=endpoint]", "PJSIP/1001")
    send(page)
    assert Agent.objects.exists()


def _import(page: Page, folder: Path) -> None:
    file = folder / "khách hàng.csv"
    file.write_text(FILE, encoding="utf-8")
    send(page, "#import")
    tab_to(page, "main input[type=file]")
    page.set_input_files("main input[type=file]", file)  # the system's own window, which a test can not type into
    send(page, "main form button[type=submit]")
    send(page, "main .btn-act")
    do_waiting()
    assert ContactImport.objects.get().added == 3
    expect(page.locator("#chosen-contacts")).to_be_visible()
    send(page, "#chosen-contacts")


def _campaign(page: Page, folder: Path) -> None:
    send(page, ".side a[href='/campaigns']")
    send(page, "main a[href='/campaigns/new']")
    type_into(page, "#id_name", "Chuyển nhà tháng Mười Hai")
    _next(page, "general")
    _next(page, "contacts")
    _import(page, folder)
    expect(page.locator(".sources")).to_contain_text("3")
    _next(page, "results")
    _next(page, "agents")
    press(page, "[name=agents]", "Space")
    _next(page, "hours")
    tab_to(page, ".hour-grid td")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    _next(page, "calls")
    press(page, "[name=hotlines]", "Space")
    _next(page, "retries")
    _next(page, "review")
    draft = Campaign.objects.get()
    assert [list(period) for period in draft.hours if period[0] == 0] == [[0, 0, 480], [0, 540, 1440]]
    assert draft.agents.count() == draft.hotlines.count() == 1
    expect(page.locator("#create-approve")).not_to_have_attribute("aria-disabled", "true")
    send(page, "#create-approve")
    page.wait_for_url(f"**/campaigns/{draft.pk}")
    assert Campaign.objects.get().state == "processing"


def _next(page: Page, step: str) -> None:
    press(page, "#next")
    page.wait_for_url(f"**/settings/{step}")


def _runs() -> None:
    do_waiting()
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.wanted, campaign.tasks.count()) == ("scheduled", "run", 3)
    Campaign.objects.update(hours=[])  # whatever the time is now
    Agent.objects.update(wanted="ready", online=True, dialling=True)
    clock = SteppedClock(utc_now())
    trunk = TrunkConfig(TrunkId(Trunk.objects.get().pk), "carrier", channels=10)
    world = World(callees=Patient(), trunks=[trunk])
    shift = Lockstep(campaign.organisation_id, SimulatedSwitch(world, clock), clock(), clock=clock.advance)
    shift.run(until=clock() + timedelta(seconds=20))
    campaign.refresh_from_db()
    assert campaign.state == "running"
    assert Attempt.objects.filter(campaign=campaign).exists()
