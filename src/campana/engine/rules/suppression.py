"""Do not call: suppressed numbers, dated marks, blocked prefixes (CAM-233, 236, 645..648)."""

from __future__ import annotations

from campana.engine.outputs import Refusal
from campana.engine.rules.verdict import Situation
from campana.engine.words import RefusalCode


def check_number(situation: Situation) -> Refusal | None:
    if situation.dialable.suppressed:
        return Refusal(RefusalCode.SUPPRESSED, final=True)
    return None


def check_prefix(situation: Situation) -> Refusal | None:
    for prefix in situation.organisation.blocked_prefixes:
        if situation.dialable.number.startswith(prefix):
            return Refusal(RefusalCode.BLOCKED_NUMBER, final=True, detail=prefix)
    return None


def check_mark(situation: Situation) -> Refusal | None:
    """A "do not call again" mark counts for as many days as this campaign says; 0 days: never mind it."""
    marked_at, wait = situation.card.marked_at, situation.campaign.do_not_call_again
    if marked_at is None or marked_at + wait <= situation.now:
        return None
    return Refusal(RefusalCode.DO_NOT_CALL_AGAIN, until=marked_at + wait)
