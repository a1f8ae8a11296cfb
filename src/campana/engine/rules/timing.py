"""The task's own time: not before, not after, and not while the contact is in another call (CAM-217, 234)."""

from __future__ import annotations

from datetime import timedelta

from campana.engine.outputs import Refusal
from campana.engine.rules.verdict import Situation
from campana.engine.words import RefusalCode

OTHER_CALL_RECHECK = timedelta(minutes=2)


def check_not_before(situation: Situation) -> Refusal | None:
    not_before = situation.card.not_before
    if not_before is None or not_before <= situation.now:
        return None
    return Refusal(RefusalCode.NOT_YET, until=not_before)


def check_not_after(situation: Situation) -> Refusal | None:
    not_after = situation.card.not_after
    if not_after is None or situation.now < not_after:
        return None
    return Refusal(RefusalCode.TOO_LATE, final=True)


def check_other_call(situation: Situation) -> Refusal | None:
    if any(dialable.in_call for dialable in situation.card.numbers):
        return Refusal(RefusalCode.IN_ANOTHER_CALL, until=situation.now + OTHER_CALL_RECHECK)
    return None
