"""What stands around every step: the steps with their state, what the settings mean, the neighbours."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime

from campana.campaigns import drafts, operations, web
from campana.campaigns.models import Campaign
from campana.campaigns.queries.forecast import forecast
from campana.campaigns.queries.judged import Judged
from campana.campaigns.validation import problems
from campana.campaigns.web import fields as f
from campana.campaigns.web.steps import BY_KEY, STEPS
from campana.engine.words import CampaignState
from campana.kernel.refusals import Invalid, Invalids, Refused
from campana.ui.words import refusal_words


def address(campaign: Campaign, step: str) -> str:
    if step in {"contacts", "review"}:
        return reverse(f"campaigns:{step}", args=[campaign.pk])
    return reverse("campaigns:step", args=[campaign.pk, step if step in BY_KEY else "mode"])


def errors_of(refused: Refused) -> dict[str, str]:
    """Field to words; what belongs to no field stands under the empty name."""
    return errors_in(refused.problems if isinstance(refused, Invalids) else [refused])


def errors_in(problems: list[Invalid] | list[Refused]) -> dict[str, str]:
    found: dict[str, str] = {}
    for problem in problems:
        name = (problem.field or "").removesuffix("_id")
        found[name] = f"{found[name]} {refusal_words(problem)}" if name in found else refusal_words(problem)
    return found


def frame(campaign: Campaign, key: str, told: Judged | None = None) -> dict[str, Any]:
    """The context of every step; ``campaign`` may be one that is not stored yet. ``told``: its contacts, if the page
    has looked already."""
    place = next(index for index, step in enumerate(STEPS) if step.key == key)
    now = web.now()
    if told is None and campaign.pk:
        told = operations.look(campaign=campaign, now=now)
    return {
        "campaign": campaign,
        "steps": _steps(campaign, key),
        "step": STEPS[place],
        "place": place + 1,
        "places": len(STEPS),
        "previous": STEPS[place - 1] if place else None,
        "following": STEPS[place + 1] if place + 1 < len(STEPS) else None,
        "is_draft": campaign.state == CampaignState.DRAFT,
        "saved_at": parse_datetime(campaign.draft.get("saved_at") or "") if campaign.draft else None,
        "judged": told,
        "means": forecast(campaign, now=now, chosen=told.count if told.at else None) if told else None,
    }


def wrong_steps(campaign: Campaign) -> set[str]:
    """Steps that lack something or hold an entry that could not be taken."""
    fields = {(problem.field or "").split(".")[0] for problem in problems(campaign, now=web.now())}
    return {step.key for step in STEPS if fields & step.names} | drafts.steps_with_kept(campaign)


def _steps(campaign: Campaign, key: str) -> list[dict[str, Any]]:
    wrong = wrong_steps(campaign) if campaign.pk else set()
    return [
        {
            "key": step.key,
            "word": step.word,
            "current": step.key == key,
            "state": _state(campaign, step, wrong),
            "address": address(campaign, step.key) if campaign.pk else "",
        }
        for step in STEPS
    ]


def _state(campaign: Campaign, step: f.Step, wrong: set[str]) -> str:
    """``wrong`` only where somebody has been: an empty step of a new draft is no mistake yet."""
    if not campaign.pk or step.key == "review":
        return "new"
    if campaign.state != CampaignState.DRAFT:
        return "wrong" if step.key in wrong else "done"
    seen = step.key in drafts.visited(campaign) or (step.key == "contacts" and _has_contacts(campaign))
    if not seen:
        return "new"
    return "wrong" if step.key in wrong else "done"


def _has_contacts(campaign: Campaign) -> bool:
    return bool(campaign.tasks_to_build) or campaign.tasks.exists()
