"""Who picked up: a person, for whom an agent is found, or (where the campaign has the switch listen) a machine.

The music plays from the answer on, also while the switch listens (CAM-507). An agent who was reserved before the number
was dialled stays reserved until the verdict, and does not ring before it (CAM-505).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.engine.attempt import Attempt, AttemptEvent, Ending
from campana.engine.calls.attempts import step
from campana.engine.calls.customer import hang_up_customer
from campana.engine.calls.offers import wait_for_agent
from campana.engine.outputs import AttemptJudged, DetectMachine, PlayHoldMusic
from campana.engine.prediction import watching
from campana.engine.state import State
from campana.engine.words import MACHINES, AttemptState, Verdict

GRACE: Final = timedelta(seconds=1)
"""How long after its time a verdict may stay away before the call counts as a person's."""
OURS: Final = frozenset({Ending.CANCEL, Ending.SILENT})
"""A hang-up is on its way: nobody listens to such an answer and nobody is rung for it."""


def answered(s: State, attempt: Attempt) -> bool:
    """Somebody or something picked up: the switch listens first, or the wait for an agent begins."""
    campaign = s.campaigns[attempt.campaign_id]
    detects = campaign.config.detect and attempt.ending not in OURS
    attempt.answered_at = attempt.answered_at or s.now
    if not step(s, attempt, AttemptEvent.DETECT if detects else AttemptEvent.ANSWER):
        return False
    s.timers.set("ring", attempt.id, None)
    s.hotlines[attempt.hotline_id].succeed()
    watching.picked_up(s, attempt)
    if not detects:
        watching.human(s, attempt)
    if attempt.ending in OURS:
        return True
    s.emit(PlayHoldMusic(attempt.leg, campaign.config.music))
    if detects:
        s.timers.set("detect", attempt.id, s.now + campaign.config.detection + GRACE)
        s.emit(DetectMachine(attempt.leg, campaign.config.detection))
    else:
        wait_for_agent(s, attempt)
    return True


def judged(s: State, attempt: Attempt, verdict: Verdict, confidence: float | None = None) -> bool:
    """A machine is hung up; a person, and whoever may be one, waits for an agent."""
    if attempt.state is not AttemptState.DETECTING or attempt.ending is not None:
        return False
    s.timers.set("detect", attempt.id, None)
    attempt.verdict = verdict
    s.emit(AttemptJudged(attempt.id, verdict, confidence, s.now))
    if verdict in MACHINES:
        watching.machine(s, attempt)
        hang_up_customer(s, attempt, Ending.MACHINE)
        return True
    step(s, attempt, AttemptEvent.PASS)
    watching.human(s, attempt)
    wait_for_agent(s, attempt)
    return True


def no_verdict(s: State, attempt: Attempt) -> None:
    """Nothing was heard in time. While the switch is away nobody can be rung: its return decides."""
    if s.switch_up:
        judged(s, attempt, Verdict.UNSURE)
