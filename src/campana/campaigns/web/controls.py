"""Settings as controls of a page, and what was posted as settings. What was typed wrong is shown again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language

from campana.accounts.actors import Actor
from campana.campaigns import web
from campana.campaigns.drafts import Typed
from campana.campaigns.effective import is_changed
from campana.campaigns.models import Campaign
from campana.campaigns.queries.chosen import chosen_of
from campana.campaigns.web import fields as f
from campana.campaigns.web.other_scripts import other_scripts_of
from campana.campaigns.words import EVENTS
from campana.kernel.wall_clock import MINUTE
from campana.ui.week import Week, shut_outside, typed_week, week
from campana.ui.zones import zone_words
from campana.workforce.models import WorkingHours

Errors = Mapping[str, str]
PostedFor = Callable[[str], QueryDict | None]
"""What was posted for a setting; None: it is shown as it is."""
NOT_KEPT = {"csrfmiddlewaretoken", "go", "version", "seen", "draft_key"}


def typed_of(posted: QueryDict) -> Typed:
    """The fields of a form, without those that are not a person's."""
    return {name: posted.getlist(name) for name in posted if name not in NOT_KEPT}


def posted_of(typed: Typed | None) -> QueryDict | None:
    """The other way round."""
    if typed is None:
        return None
    posted = QueryDict(mutable=True)
    for name, texts in typed.items():
        posted.setlist(name, [str(text) for text in texts])
    return posted


def read(step: f.Step, campaign: Campaign, posted: QueryDict) -> dict[str, Any]:
    """The settings of one step as ``validation.clean`` takes them."""
    values = {ask.name: _posted(ask, campaign, posted) for ask in f.asks_of(step, campaign)}
    if step.key == "hours":
        values["hours"] = hours_of(posted)
    if step.key == "retries":
        values["retries"] = _retries(posted)
    if step.key == "results":
        values["other_scripts"] = other_scripts_of(posted)
    return values


def _posted(ask: f.Ask, campaign: Campaign, posted: QueryDict) -> Any:
    if ask.kind in {f.MANY, f.PICK}:
        return posted.getlist(ask.name)
    raw = posted.get(ask.name, "").strip()
    if ask.kind == f.MOMENT and raw:
        try:
            zone = ZoneInfo(campaign.organisation.time_zone)
            return datetime.strptime(raw[:16], MINUTE).replace(tzinfo=zone)
        except ValueError:
            return raw
    if ask.kind == f.MINUTES:
        return _seconds(raw)
    return raw


def _seconds(minutes: str) -> Any:
    try:
        return round(float(minutes.replace(",", ".")) * 60)
    except (ValueError, OverflowError):
        return minutes


def hours_of(posted: QueryDict) -> Any:
    """Typed lines; a full week is stored as none, which means all hours. Nothing at all stays wrong."""
    lines = typed_week(posted)
    if all(line in {"00:00–24:00", "0-24", "00:00-24:00"} for line in lines.values()):
        return []
    return {str(day): line for day, line in lines.items()} if any(lines.values()) else {"0": "no hours"}


def _retries(posted: QueryDict) -> dict[str, dict[str, Any]]:
    plans = {}
    for event, _word in EVENTS:
        attempts, wait = posted.get(f"{event}_attempts", "").strip(), posted.get(f"{event}_wait", "").strip()
        if attempts or wait:
            plans[event] = {"attempts": attempts, "wait": _seconds(wait)}
    return plans


def controls(
    step: f.Step, campaign: Campaign, actor: Actor, posted_for: PostedFor, errors: Errors
) -> list[dict[str, Any]]:
    """What ``campaigns/_control.html`` shows, one for each setting."""
    chosen = chosen_of(campaign)
    return [
        _control(ask, campaign, actor, chosen, posted_for(ask.name), errors.get(ask.name, ""))
        for ask in f.asks_of(step, campaign)
    ]


def _control(
    ask: f.Ask,
    campaign: Campaign,
    actor: Actor,
    chosen: Mapping[str, list[int]],
    posted: QueryDict | None,
    error: str,
) -> dict[str, Any]:
    hint = str(ask.hint)
    if ask.kind == f.MOMENT:
        place = zone_words(campaign.organisation.time_zone, get_language() or "en", web.now())
        hint = f"{hint} {place}".strip()
    shown: dict[str, Any] = {
        "ask": ask,
        "name": ask.name,
        "id": f"id_{ask.name}",
        "kind": ask.kind,
        "label": ask.label,
        "hint": hint,
        "unit": ask.unit,
        "error": error,
        "errors": [error] if error else [],
        "changed": is_changed(campaign, ask.name),
    }
    if ask.kind in {f.MANY, f.PICK}:
        ticked = posted.getlist(ask.name) if posted is not None else [str(pk) for pk in chosen[ask.name]]
        return shown | {"choices": f.choices_of(ask.name, actor, ticked)}
    value = posted.get(ask.name, "") if posted is not None else _shown(ask, campaign)
    if ask.kind == f.CHOICE:
        options = f.caller_ids(ask.choices, campaign) if ask.name == "caller_id" else ask.choices
        shown["options"] = [(option, str(value) == option.key) for option in options]
    elif ask.kind == f.ONE:
        shuts = shut_by_profile(campaign.organisation_id) if ask.name == "working_hours" else None
        shown["shuts"] = shuts is not None
        shown["plays"] = ask.name in {"hold_music", "abandoned_message"}
        if ask.name == "abandoned_message":
            shown["speak"] = reverse("campaigns:message", args=[campaign.pk])
        shown["options"] = [
            (key, word, str(value) == key, json.dumps(shuts[key]) if shuts and shuts[key] else "")
            for key, word in f.options_of(ask.name, actor)
        ]
    elif ask.kind == f.TICK:
        value = value in (True, "on", "true")
    return shown | {"value": value}


def _shown(ask: f.Ask, campaign: Campaign) -> Any:
    value = getattr(campaign, f"{ask.name}_id" if ask.kind == f.ONE else ask.name)
    if value is None:
        return ""
    if ask.kind == f.MOMENT:
        return value.astimezone(ZoneInfo(campaign.organisation.time_zone)).strftime(MINUTE)
    if ask.kind == f.MINUTES:
        return minutes(value)
    return value


def minutes(seconds: int) -> float:
    """Whole ones without a fraction."""
    return round(seconds / 60, 2) if seconds % 60 else seconds // 60


def retry_rows(campaign: Campaign, posted: QueryDict | None, errors: Errors) -> list[dict[str, Any]]:
    """One line for each kind of event, blank where it follows the numbers above."""
    rows = []
    for event, word in EVENTS:
        plan = campaign.retries.get(event, {})
        wait = plan.get("wait")
        shown = {"attempts": plan.get("attempts", ""), "wait": "" if wait is None else minutes(wait)}
        if posted is not None:
            shown = {part: posted.get(f"{event}_{part}", "") for part in ("attempts", "wait")}
        rows.append({"event": event, "word": word, **shown, "error": errors.get(f"retries.{event}", "")})
    return rows


def week_of(campaign: Campaign, posted: QueryDict | None, *, wrong: bool) -> Week:
    """The hour grid; what the chosen working hours leave out is shut."""
    typed = typed_week(posted) if posted is not None else None
    profile = campaign.working_hours
    shut = shut_outside(profile.periods) if profile else []
    return week(campaign.hours, typed, empty_is_all=True, shut=shut, wrong=wrong)


def shut_by_profile(organisation_id: int) -> dict[str, list[list[int]]]:
    """For each working-hours profile what it leaves out of the week: the grid follows the choice at once."""
    profiles = WorkingHours.objects.filter(organisation_id=organisation_id)
    return {str(row.pk): shut_outside(row.periods) for row in profiles}
