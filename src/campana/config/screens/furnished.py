"""What the photographed state has beside the demo's floor: Predictive, forecasts, sounds, and somebody who calls."""

from __future__ import annotations

import io
import wave
from array import array
from datetime import timedelta
from math import pi, sin
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from campana.accounts.actors import Actor
    from campana.kernel.clock import Instant

SLIP: Final[dict[str, Any]] = {
    "method": "adaptive", "bound": "risk", "allowed": 2, "team": 11, "free": 2, "ringing": 9, "waiting": 1, "lines": 19,
    "room": 11, "free_soon": 4.2, "answers_soon": 2.6, "risk": 0.014, "accepted": 0.021, "limit": 0.03, "answers": 1240,
    "lost": 27, "recent_answers": 200, "recent_lost": 4,
}  # fmt: skip
"""A decision as the engine writes it down."""


def furnish(admin: Actor, agents: list[int], now: Instant) -> dict[str, int]:
    """Ids of what has a page of its own; the caller's attempt is offered to nobody yet."""
    from campana.hotlines.models import Hotline
    from campana.hotlines.operations import answer_calls

    spoken, melody = _sounds(admin, now)
    line = Hotline.objects.order_by("pk")[0]
    answer_calls(actor=admin, hotline_id=line.pk, agents=agents, music_id=melody, message_id=spoken, now=now)
    return {
        **_predictive(admin, agents, line.pk, spoken, melody, now),
        "caller": _caller(line.pk, now),
        "sound": spoken,
    }


def forecast(admin: Actor, campaign_id: int, now: Instant) -> None:
    """A small one, as a job would work it out."""
    from campana.campaigns.models import Campaign
    from campana.forecasting import operations
    from campana.forecasting.questions import Question
    from campana.sim.campaign.outlook import Effort

    campaign = Campaign.objects.select_related("organisation").get(pk=campaign_id)
    asked = operations.ask_forecast(campaign=campaign, question=Question(), actor=admin, now=now)
    effort, small = Effort(draws=2, walks=4, attempts=60), Effort(draws=1, walks=2, attempts=40)
    operations.work_out(forecast_id=asked.pk, clock=lambda: now, effort=effort, small=small)


def hear(mode: str) -> None:
    """The supervisor hears the talk of whoever talks longest; blank: nobody's."""
    from campana.calls.models import Monitor
    from campana.config.demo import people
    from campana.kernel.clock import utc_now
    from campana.workforce.models import Agent

    Monitor.objects.all().delete()
    if not mode:
        return
    listener = Agent.objects.get(user__email=people.SUPERVISOR.email)
    agent = Agent.objects.filter(state="in_call", attempt_id__isnull=False).earliest("state_since")
    began = utc_now() - timedelta(seconds=48)
    Monitor.objects.create(
        organisation_id=agent.organisation_id,
        listener=listener,
        agent=agent,
        attempt_id=agent.attempt_id or 0,
        leg="1-c",
        mode=mode,
        asked_at=began,
        began_at=began,
        answered_at=began,
    )


def _sounds(admin: Actor, now: Instant) -> tuple[int, int]:
    from campana.hotlines.operations import add_sound, speak_sound
    from campana.speech import speaker

    name = "Sorry, here is who called"
    if speaker().ready:
        text = "Hello, this is Lumen Fibre. Nobody was free to speak with you. Please call +420 800 111 222."
        spoken = speak_sound(actor=admin, name=name, text=text, voice="en+f3", kind="greeting", now=now)
    else:
        spoken = add_sound(actor=admin, name=name, content=_tone(6, 440), kind="greeting", now=now)
    melody = add_sound(actor=admin, name="Quiet evening", content=_tone(14, 330), kind="melody", now=now)
    return spoken.pk, melody.pk


def _tone(seconds: int, pitch: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as told:
        told.setnchannels(1)
        told.setsampwidth(2)
        told.setframerate(8000)
        told.writeframes(array("h", (round(6000 * sin(2 * pi * pitch * n / 8000)) for n in range(8000 * seconds))))
    return file.getvalue()


def _predictive(admin: Actor, agents: list[int], line: int, spoken: int, melody: int, now: Instant) -> dict[str, int]:
    """A draft of that mode, and one that runs."""
    from campana.campaigns.models import Campaign, CampaignPace
    from campana.campaigns.operations import add_sources, build_tasks, create_campaign, finish_draft
    from campana.crm.models import ContactGroup

    group = ContactGroup.objects.get(name="Demo list")
    made = []
    for name in ("Router offer, evenings", "Contract check, whole list"):
        values: dict[str, Any] = {"name": name, "mode": "predictive", "agents": agents, "hotlines": [line]}
        values |= {"abandoned_message": spoken, "hold_music": melody, "end_at": now + timedelta(days=9)}
        draft = create_campaign(actor=admin, values=values, now=now)
        add_sources(campaign=draft, actor=admin, sources=[{"kind": "group", "id": group.pk}], now=now)
        made.append(draft)
    finish_draft(campaign=made[1], actor=admin, approve=True, now=now)
    build_tasks(campaign_id=made[1].pk, now=now)
    Campaign.objects.filter(pk=made[1].pk).update(state="running", state_since=now - timedelta(hours=2))
    CampaignPace.objects.create(campaign=made[1], organisation=admin.organisation, at=now, slip=SLIP)
    return {"ahead_draft": made[0].pk, "ahead": made[1].pk}


def _caller(line: int, now: Instant) -> int:
    from campana.calls.models import Attempt
    from campana.crm.models import Contact
    from campana.hotlines.models import Hotline

    hotline = Hotline.objects.get(pk=line)
    contact = Contact.objects.filter(numbers__isnull=False).order_by("pk")[0]
    newest = Attempt.objects.latest("pk")
    waits = now - timedelta(seconds=21)
    made = Attempt.objects.create(
        id=newest.pk + 1000,
        organisation=hotline.organisation,
        number=contact.numbers.order_by("position")[0].number,
        contact=contact,
        hotline=hotline,
        trunk=hotline.trunk,
        mode="inbound",
        state="waiting_agent",
        began_at=waits,
        answered_at=waits,
    )
    return made.pk
