"""How often: rounds per task (CAM-167, 357) and attempts to a number in 24 hours (CAM-235)."""

from __future__ import annotations

from datetime import timedelta

from campana.engine.outputs import Refusal
from campana.engine.rules.verdict import Situation
from campana.engine.words import RefusalCode

FREQUENCY_RECHECK = timedelta(hours=1)
"""The card carries a count, not the instant at which the oldest attempt leaves the day: look again hourly."""


def check_rounds(situation: Situation) -> Refusal | None:
    """An agreed call back is made even when the attempts are used up (CAM-344)."""
    card, most = situation.card, situation.campaign.retry.max_attempts
    if card.agreed or card.rounds < most:
        return None
    return Refusal(RefusalCode.MAX_ATTEMPTS, final=True, detail=f"{card.rounds} of {most}")


def check_frequency(situation: Situation) -> Refusal | None:
    cap = situation.organisation.frequency_cap
    if not cap or situation.dialable.attempts_last_day < cap:
        return None
    return Refusal(RefusalCode.FREQUENCY_CAP, until=situation.now + FREQUENCY_RECHECK, detail=f"{cap} in 24 h")
