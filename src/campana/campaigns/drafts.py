"""What a draft remembers beside its settings: steps that were visited, and entries that could not be taken.

``Campaign.draft`` is ``{"visited": [step], "kept": {step: {field: [typed]}}, "refused": {step: [setting]}, "saved_at":
ISO time}``. A form is kept whole, but only what was typed for the settings that were refused counts: the others were
taken, and whoever changes one of them elsewhere is not to find the old entry again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from campana.campaigns.models import Campaign
from campana.campaigns.queries.chosen import chosen_of
from campana.campaigns.validation.clean import REFERENCES
from campana.kernel.stamps import stamp

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


def refused(campaign: Campaign, step: str) -> set[str] | None:
    """The settings whose entries are kept; None: of a draft that did not note them yet, all."""
    found = campaign.draft.get("refused", {}).get(step)
    return None if found is None else set(found)


def steps_with_kept(campaign: Campaign) -> set[str]:
    return set(campaign.draft.get("kept", {}))


def seen(campaign: Campaign, step: str, names: Iterable[str]) -> str:
    """A stamp of a step as it stands: whoever saves against another one did not see the present values."""
    chosen = chosen_of(campaign)
    values = {name: chosen[name] if name in chosen else _column(campaign, name) for name in names}
    return stamp(values, kept(campaign, step))


def remember(campaign: Campaign, step: str, typed: Typed | None, now_text: str, *, refused: Iterable[str] = ()) -> None:
    """Mark a step visited; ``typed`` is kept when something in it is wrong, for the settings ``refused``."""
    entries = {key: fields for key, fields in campaign.draft.get("kept", {}).items() if key != step}
    names = {key: wrong for key, wrong in campaign.draft.get("refused", {}).items() if key != step}
    if typed is not None:
        entries[step] = {name[:60]: [text[:MAX_KEPT] for text in texts[:500]] for name, texts in typed.items()}
        names[step] = sorted(refused)
    steps = sorted(visited(campaign) | {step})
    campaign.draft = {"visited": steps, "kept": entries, "refused": names, "saved_at": now_text}


def overtake(campaign: Campaign, settings: set[str]) -> bool:
    """These settings were given elsewhere: what was typed for them before is forgotten. Whether something was."""
    before = campaign.draft.get("refused", {})
    left = {step: [name for name in names if name not in settings] for step, names in before.items()}
    if left == before:
        return False
    over = {step for step, names in left.items() if not names}
    kept = {step: fields for step, fields in campaign.draft["kept"].items() if step not in over}
    names = {step: names for step, names in left.items() if names}
    campaign.draft = {**campaign.draft, "kept": kept, "refused": names}
    return True


def _column(campaign: Campaign, name: str) -> Any:
    return getattr(campaign, f"{name}_id" if name in REFERENCES else name)
