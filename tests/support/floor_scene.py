"""A floor in mid-work for pages: a running preview campaign with everything a page may have to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from support.calls import attempt, bare_campaign, results
from support.cast import Cast, make_cast

if TYPE_CHECKING:
    from campana.calls.models import Attempt
    from campana.campaigns.models import Campaign, Task
    from campana.scripts.models import Result


@dataclass
class Scene:
    cast: Cast
    campaign: Campaign
    results: dict[str, Result]
    ended: list[Attempt]
    talk: Attempt
    task: Task

    def alice(self, state: str, **columns: Any) -> None:
        """As the journal would move her."""
        from campana.workforce.models import Agent

        Agent.objects.filter(pk=self.cast.alice_agent.pk).update(state=state, **columns)


def make_scene(now: datetime | None = None) -> Scene:
    """Call inside ``system_scope``. Moments lie around ``now``."""
    from campana.calls.models import Skip
    from campana.campaigns.models import CampaignAgent
    from campana.crm.models import ContactNumber, CustomField
    from campana.workforce.models import Agent

    now = now or datetime(2030, 1, 7, 9, tzinfo=UTC)
    cast = make_cast()
    lumen = cast.lumen
    chosen = results(lumen)
    campaign = bare_campaign(
        lumen,
        name="Fibre renewal for customers whose contract ends this autumn",
        mode="preview",
        description="Good afternoon, this is Lumen Fibre. Your contract ends in December.",
        max_attempts=4,
        end_at=now + timedelta(days=12),
        wrap_up=60,
    )
    bare_campaign(lumen, name="Overdue invoices, step 2", state="paused", state_reason="hotlines_failing")
    bare_campaign(lumen, name="Black Friday offer", state="not_approved")
    bare_campaign(lumen, name="Win-back, summer leavers", state="finished", state_reason="exhausted")
    for agent in (cast.alice_agent, cast.bob_agent):
        CampaignAgent.objects.create(organisation=lumen, campaign=campaign, agent=agent)
    moments = {"began_at": now - timedelta(hours=2)}
    fates = ("no_answer", "busy", "rejected", "machine", "abandoned", "invalid_number", "hotline_failure")
    silent = {"connected_at": None, "answered_at": None, "ended_at": now - timedelta(hours=1), **moments}
    ended = [attempt(campaign, outcome=fate, **silent) for fate in fates]
    said = "Wants to hear about the router."
    ended += [attempt(campaign, cast.bob_agent, result=result, note=said, **moments) for result in chosen.values()]
    talk = attempt(
        campaign,
        cast.alice_agent,
        began_at=now - timedelta(minutes=3),
        connected_at=now - timedelta(minutes=2),
        ended_at=None,
        outcome="",
        state="connected",
        permit={"hours": "Europe/Prague", "rounds": "0/4", "suppression": "passed", "number": "1/2"},
    )
    contact = talk.contact
    contact.name, contact.company, contact.position = "Nguyễn Thị Hồng Nhung", "Lumen Fibre Research Institute", "Head"
    contact.fields = {"plan": "Fibre 300", "ends": "2026-12-31"}
    contact.save()
    for place, number in enumerate((talk.number, "84901234567"), 1):
        ContactNumber.objects.create(organisation=lumen, contact=contact, position=place, number=number)
    for key, label, kind in (("plan", "Plan now", "text"), ("ends", "Contract ends", "date")):
        CustomField.objects.create(organisation=lumen, key=key, label=label, type=kind)
    talk.task.time_zone = "Asia/Ho_Chi_Minh"
    talk.task.save()
    Skip.objects.create(
        organisation=lumen,
        campaign=campaign,
        task=talk.task,
        at=now - timedelta(hours=3),
        code="outside_hours",
        until=now - timedelta(hours=2),
    )
    Agent.objects.update(state="offline")
    return Scene(cast, campaign, chosen, ended, talk, talk.task)
