"""Cleared to call: all rules of one task in order, decided immediately before dialling.

The answer is a permit that names every rule asked and what it saw, or the first refusal. A number that may not
be called gives way to the next number of the contact where the campaign tries several.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from campana.engine.config import CampaignConfig, OrganisationConfig, TaskCard
from campana.engine.outputs import Permit, Refusal
from campana.engine.rules import attempts, suppression, timing, windows
from campana.engine.rules.verdict import Situation
from campana.engine.words import RefusalCode
from campana.kernel.clock import Instant

Rule = Callable[[Situation], Refusal | None]

OF_TASK: Final[tuple[tuple[str, Rule], ...]] = (
    ("not_before", timing.check_not_before),
    ("not_after", timing.check_not_after),
    ("rounds", attempts.check_rounds),
    ("do_not_call_again", suppression.check_mark),
    ("other_call", timing.check_other_call),
)
OF_NUMBER: Final[tuple[tuple[str, Rule], ...]] = (
    ("suppression", suppression.check_number),
    ("blocked_prefix", suppression.check_prefix),
    ("frequency", attempts.check_frequency),
    ("hours", windows.check),
)


@dataclass(frozen=True, slots=True)
class Cleared:
    number_index: int
    permit: Permit


def clear_to_call(
    card: TaskCard, *, campaign: CampaignConfig, organisation: OrganisationConfig, now: Instant
) -> Cleared | Refusal:
    """Which number of the task may be dialled now, with its permit; or why none may."""
    if card.number_index >= len(card.numbers):
        return Refusal(RefusalCode.INVALID_NUMBER, final=True)
    refusal = _first(OF_TASK, Situation(now, organisation, campaign, card, card.numbers[card.number_index]))
    if refusal:
        return refusal
    refusals: list[Refusal] = []
    for index in range(card.number_index, len(card.numbers)):
        refusal = _first(OF_NUMBER, Situation(now, organisation, campaign, card, card.numbers[index]))
        if refusal is None:
            return Cleared(index, _permit(card, index, campaign))
        refusals.append(refusal)
    # The mildest refusal decides: a number that may be called later keeps the task alive.
    later = [refusal for refusal in refusals if not refusal.final]
    return later[0] if later else refusals[0]


def _first(rules: tuple[tuple[str, Rule], ...], situation: Situation) -> Refusal | None:
    for _, rule in rules:
        refusal = rule(situation)
        if refusal:
            return refusal
    return None


def _permit(card: TaskCard, index: int, campaign: CampaignConfig) -> Permit:
    dialable = card.numbers[index]
    seen = {
        "rounds": f"{card.rounds}/{campaign.retry.max_attempts}" + (" agreed" if card.agreed else ""),
        "frequency": str(dialable.attempts_last_day),
        "hours": dialable.time_zone or card.time_zone,
        "number": f"{index + 1}/{len(card.numbers)}",
    }
    passed = {name: "passed" for name, _ in (*OF_TASK, *OF_NUMBER)}
    return Permit(passed | seen)
