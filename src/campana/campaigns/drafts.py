"""What a draft remembers beside its settings: steps that were visited, and entries that could not be taken.

``Campaign.draft`` is ``{"visited": [step], "kept": {step: {field: [typed]}}, "saved_at": ISO time}``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from campana.campaigns.models import Campaign
from campana.campaigns.queries.chosen import chosen_of
from campana.campaigns.validation.clean import REFERENCES

Typed: TypeAlias = Mapping[str, list[str]]
"""Fields of a form as they were sent."""
MAX_KEPT = 8_000
"""Characters of one entry that are kept; no setting of a campaign is longer."""


def visited(campaign: Campaign) -> set[str]:
    return set(campaign.draft.get("visited", []))


def kept(campaign: Campaign, step: str) -> Typed | None:
    """What was typed in a step and is not right yet; None when everything was taken."""
    found: Typed | None = campaign.draft.get("kept", {}).get(step)
    return found


def steps_with_kept(campaign: Campaign) -> set[str]:
    return set(campaign.draft.get("kept", {}))


def seen(campaign: Campaign, step: str, names: Iterable[str]) -> str:
    """A digest of a step as it stands: whoever saves against another one did not see the present values."""
    chosen = chosen_of(campaign)
    values = {name: chosen[name] if name in chosen else _column(campaign, name) for name in names}
    text = json.dumps([values, kept(campaign, step)], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def remember(campaign: Campaign, step: str, typed: Typed | None, now_text: str) -> None:
    """Mark a step visited; ``typed`` is kept when something in it is wrong."""
    entries = {key: fields for key, fields in campaign.draft.get("kept", {}).items() if key != step}
    if typed is not None:
        entries[step] = {name[:60]: [text[:MAX_KEPT] for text in texts[:500]] for name, texts in typed.items()}
    campaign.draft = {"visited": sorted(visited(campaign) | {step}), "kept": entries, "saved_at": now_text}


def enter(campaign: Campaign, name: str, text: str) -> bool:
    """Put one field of what is kept to a value that was taken elsewhere, or the page would show, and save, the old one.
    Whether it was there."""
    entries = [fields for fields in campaign.draft.get("kept", {}).values() if name in fields]
    for fields in entries:
        fields[name] = [text]
    return bool(entries)


def _column(campaign: Campaign, name: str) -> Any:
    return getattr(campaign, f"{name}_id" if name in REFERENCES else name)
