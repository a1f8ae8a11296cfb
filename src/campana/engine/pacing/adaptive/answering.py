"""When the calls that are out will be answered by a person.

A call rings, and ends by a pick-up or otherwise; a pick-up may go through machine detection, and ends as a person or a
machine. Every stage is learnt by age with what is still out as censored data (see ``hazards``).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from campana.engine.pacing.adaptive.demand import Alike
from campana.engine.pacing.adaptive.hazards import RELEARN_SECONDS, Ages, Array, alike, as_ages, survival
from campana.engine.pacing.adaptive.situation import Kind, Limits, Situation

MEMORY_CALLS: Final = 900.0
MEMORY_ANSWERS: Final = 200.0
MEMORY_SECONDS: Final = 150.0
"""The record fades by 1/e in the longest of the three: shorter than a ring time-out would make the pace swing, and
where few answer, 900 calls hold too few answers to know their rate by. It may be long, because a surprise
cuts it short."""
DETECTION_SPAN: Final = 12
PICKED_UP, GIVEN_UP = 0, 1
PERSON, MACHINE = 0, 1
FIRST_GUESS_CALLS: Final = 12.0
"""Weight of the first guess of the live share, in pick-ups."""
SURPRISE: Final = 2.5
"""Standard deviations between the answers that came and those expected, from which on the record is no longer believed
and fades at once to ``KEEPS_IF_FEW`` or ``KEEPS_IF_MANY`` of itself, as fewer or more came: a list that changes at noon
must not be paced by the morning's record, least of all where more answer than agents can take."""
KEEPS_IF_FEW: Final = 0.4
KEEPS_IF_MANY: Final = 0.2
DOUBT: Final = 2.0
"""Variance of the rate that the record tells, relative to its square, is this over the answers in it: a record of few
answers can hardly be surprised. Where hundreds of calls began together they are of one age, and a surprise about it
would throw away the answers of their first seconds and keep their silence."""
EARLY_DOUBT: Final = 2.0
"""The same of the number of answers to come, over all the answers that ever came: a large team's first calls are as
many as it is, and a rate known from fifty answers may be a quarter off."""
SURPRISE_MEMORY: Final = 40.0
"""Live answers over which expected and seen are compared; the first ``SURPRISE_AFTER`` surprise nobody."""
SURPRISE_AFTER: Final = 30
PRUDENT_ANSWERS: Final = 2.0
"""Answers that did not come yet and are counted as if they had: few answers seen say little about how many will come,
and too many calls cost more than too few."""
UNANSWERED: Final = (Kind.BUSY, Kind.INVALID, Kind.NO_ANSWER)


class Answering:
    def __init__(self, limits: Limits) -> None:
        self._span = math.ceil(limits.ring_timeout) + 2
        self._ring = Ages(span=self._span, causes=2)
        self._detection = Ages(span=DETECTION_SPAN, causes=2)
        self._live = np.zeros(self._span)
        self._machine = np.zeros(self._span)
        self.horizon = self._span + DETECTION_SPAN
        self._fresh: Array = np.zeros(self.horizon)
        self._by_age: Array = np.zeros((self._span, self.horizon))
        self._detected: Array = np.zeros((DETECTION_SPAN, self.horizon))
        self._stale = 0.0
        self._answer_rate: Array = np.zeros(self._span)
        """Live answers a second of a ringing call, by its age."""
        self._expected = self._came = 0.0
        self._answers = 0
        self.ended = 0
        """Calls that were picked up or given up so far."""
        self._learn()

    def observe(self, situation: Situation, dt: float) -> None:
        kinds = [event.kind for event in situation.happened]
        ended = sum(1 for kind in kinds if kind in UNANSWERED or kind is Kind.PICKUP)
        self.ended += ended
        lives = kinds.count(Kind.HUMAN)
        fade = math.exp(-min(ended / MEMORY_CALLS, lives / MEMORY_ANSWERS, dt / MEMORY_SECONDS))
        for record in (self._ring, self._detection):
            record.forget(fade)
        self._live *= fade
        self._machine *= fade
        self._compare(as_ages(situation.ringing), lives, dt)
        self._ring.live(as_ages(situation.ringing), dt)
        self._detection.live(as_ages(situation.detecting), dt)
        began = situation.now - dt
        for event in situation.happened:
            if event.kind is Kind.PICKUP:
                self._ring.end(event.seconds, PICKED_UP, unseen=event.at - began)
            elif event.kind in UNANSWERED:
                self._ring.end(event.seconds, GIVEN_UP, unseen=event.at - began)
            elif event.kind is Kind.HUMAN or event.kind is Kind.MACHINE:
                person = event.kind is Kind.HUMAN
                (self._live if person else self._machine)[min(int(event.ring), self._span - 1)] += 1.0
                took = max(0.0, event.seconds - event.ring)
                self._detection.end(took, PERSON if person else MACHINE, unseen=event.at - began)
        self._stale += dt
        if self._stale >= RELEARN_SECONDS:
            self._learn()

    def _compare(self, ringing: Array, lives: int, dt: float) -> None:
        """Fades the record at once when far more or fewer answered than it made expect."""
        if len(ringing):
            lasted = np.minimum(ringing, dt)
            ages = np.minimum((ringing - lasted / 2).astype(int), self._span - 1)
            self._expected += float(self._answer_rate[ages] @ lasted)
        self._came += lives
        self._answers += lives
        unsure = self._expected**2 * DOUBT / (float(self._live.sum()) + 1.0)
        away = (self._came - self._expected) / math.sqrt(self._expected + unsure + 1.0)
        if self._answers > SURPRISE_AFTER and self._expected > 5.0 and abs(away) > SURPRISE:
            kept = KEEPS_IF_MANY if away > 0 else KEEPS_IF_FEW
            for record in (self._ring, self._detection):
                record.forget(kept)
            self._live *= kept
            self._machine *= kept
            self._expected = self._came = 0.0
            self._learn()
        else:
            fade = math.exp(-lives / SURPRISE_MEMORY)
            self._expected, self._came = self._expected * fade, self._came * fade

    def fresh(self) -> Array:
        """P(answered by a person in second s) of a call launched now, for s in 0 .. horizon - 1."""
        return self._fresh

    def doubt(self) -> float:
        """Variance of the answers to come that is due to not knowing their rate, relative to their number's square."""
        return EARLY_DOUBT / (self._answers + 1.0)

    def out(self, situation: Situation) -> Alike:
        """P(answered by a person within s + 1 seconds) of every call that is out."""
        return calls_out(situation, self._by_age, self._detected)

    def _learn(self) -> None:
        """Tables from the record: answers by the second for every age a call may have now."""
        self._stale = 0.0
        ring = self._ring.hazards(width=0.0, prior_seconds=20.0, prior_events=0.1, overall_events=4.0)
        alive, picked = _stage(ring, PICKED_UP)
        live_share = self._live_share()
        verdict = self._detection.hazards(width=0.0, prior_seconds=2.0, prior_events=0.5)
        sound, person = _stage(verdict, PERSON)
        believed = max(person.sum(), 1e-9)
        delay = person / believed
        answers = picked * live_share
        seen = self._ring.ends[PICKED_UP].sum() * self._live_share_overall()
        answers = answers * max(1.0, min(1.0 + PRUDENT_ANSWERS / (seen + 1.0), 0.9 / max(answers.sum(), 1e-9)))
        self._answer_rate = np.where(alive > 1e-9, answers / np.maximum(alive, 1e-9), 0.0)
        self._fresh = spread(answers, delay, self.horizon)
        self._by_age = by_age(answers, delay, alive, self.horizon)
        self._detected = by_age(person * (self._live_share_overall() / believed), np.ones(1), sound, self.horizon)

    def _live_share_overall(self) -> float:
        live = float(self._live.sum())
        return (live + FIRST_GUESS_CALLS * 0.7) / (live + float(self._machine.sum()) + FIRST_GUESS_CALLS)

    def _live_share(self) -> Array:
        """P(a pick-up is a person) by the second of its ring: voicemail answers late, people sooner."""
        live, machine = self._live, self._machine
        overall = self._live_share_overall()
        near = np.array([0.25, 0.5, 1.0, 0.5, 0.25])
        seen_live, seen = np.convolve(live, near, "same"), np.convolve(live + machine, near, "same")
        share: Array = (seen_live + 2.0 * overall) / (seen + 2.0)
        return share


def _stage(rates: Array, wanted: int) -> tuple[Array, Array]:
    """P(still in the stage at the beginning of each second), P(it ends in that second by the wanted cause)."""
    total = rates.sum(axis=0)
    alive = survival(total)
    ending = alive[:-1] - alive[1:]
    return alive[:-1], ending * rates[wanted] / np.maximum(total, 1e-12)


def spread(answers: Array, delay: Array, horizon: int) -> Array:
    """P(answered in second s) when a pick-up in second u is decided ``delay`` later."""
    when = np.convolve(answers, delay)[:horizon]
    return np.concatenate((when, np.zeros(horizon - len(when))))


def by_age(answers: Array, delay: Array, alive: Array, horizon: int) -> Array:
    """P(answered within s + 1 seconds) for every age a call may have in its stage (ages x horizon)."""
    ages = len(answers)
    decided = np.cumsum(np.concatenate((delay, np.zeros(max(0, horizon - len(delay))))))[:horizon]
    later = np.arange(horizon)[None, :] - np.arange(ages)[:, None]
    by = np.where(later >= 0, decided[np.maximum(later, 0)], 0.0)
    left = np.concatenate((answers, np.zeros(ages)))[np.add.outer(np.arange(ages), np.arange(ages))]
    within: Array = np.minimum(left @ by / np.maximum(alive, 1e-12)[:, None], 1.0)
    return within


def calls_out(situation: Situation, by_age: Array, detected: Array) -> Alike:
    """The calls that are out, by their ages in a table for those that ring and one for those in detection."""
    rows, counts = [], []
    for ages, table in ((situation.ringing, by_age), (situation.detecting, detected)):
        which, many = alike(np.minimum(as_ages(ages).astype(int), len(table) - 1))
        rows.append(table[which])
        counts.append(many)
    return Alike(np.concatenate(rows), np.concatenate(counts))
