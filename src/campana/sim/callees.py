"""Who is called: what happens to one call to one number.

``LaboratoryCallees`` reads the behaviour from the digits like the laboratory carrier does (+1555BBB…),
``MixedCallees`` draws it. A number has a character (a dead number is dead every time) and each call to
it a stream of its own, so one call's fate depends on nothing but seed, number and how often it was dialled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from random import Random
from typing import Protocol

from campana.engine.words import Cause, Verdict
from campana.kernel.phone import PhoneNumber
from campana.sim.laws import Between, Fixed, Law, Memoryless, Talk, stream


class Fate(StrEnum):
    """What one call meets."""

    PERSON = "person"
    MACHINE = "machine"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNAVAILABLE = "unavailable"
    NOT_FOUND = "not_found"
    CONGESTION = "congestion"
    SILENT = "silent"
    """No response at all: the dead trunk."""


REFUSALS: Mapping[Fate, tuple[Cause, int]] = {
    Fate.BUSY: (Cause.BUSY, 486),
    Fate.REJECTED: (Cause.REJECTED, 603),
    Fate.UNAVAILABLE: (Cause.UNAVAILABLE, 480),
    Fate.NOT_FOUND: (Cause.NOT_FOUND, 404),
    Fate.CONGESTION: (Cause.CONGESTION, 503),
}
ANSWERED = frozenset({Fate.PERSON, Fate.MACHINE})


@dataclass(frozen=True, slots=True)
class Reaction:
    """Times in seconds: ``rings`` and ``decides`` from the dialling on, ``patience`` from the answer, ``talks``
    from the moment customer and agent hear each other."""

    fate: Fate
    rings: float | None = 1.0
    decides: float = 5.0
    patience: float = 30.0
    talks: float = 60.0
    leaves_first: bool = True
    """Whether the customer ends the talk; else the agent does."""
    sip_code: int | None = None
    verdict: Verdict | None = Verdict.HUMAN
    """What machine detection makes of it, ``listens`` seconds after it was asked; None: it never says."""
    listens: float = 1.5


class Callees(Protocol):
    def reaction(self, number: PhoneNumber, call: int) -> Reaction:
        """What the ``call``-th call (from 1) to ``number`` meets."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of fates and the laws of their times."""

    fates: Mapping[Fate, float] = field(
        default_factory=lambda: {
            Fate.PERSON: 0.40,
            Fate.MACHINE: 0.06,
            Fate.NO_ANSWER: 0.25,
            Fate.BUSY: 0.12,
            Fate.REJECTED: 0.06,
            Fate.UNAVAILABLE: 0.06,
            Fate.CONGESTION: 0.03,
            Fate.SILENT: 0.02,
        }
    )
    not_in_service: float = 0.03
    """Share of numbers that nobody ever has."""
    never_there: float = 0.03
    """Share of numbers where nobody ever answers."""
    rings: Law = Between(0.3, 2.5)
    answers: Law = Memoryless(8.0, floor=1.0)
    refuses: Law = Memoryless(4.0, floor=0.2)
    patience: Law = Memoryless(25.0, floor=1.0)
    talks: Law = Talk(150.0)
    machine_listens: Law = Between(20.0, 60.0)
    leaves_first: float = 0.6
    hangs_up_at_once: float = 0.03
    """Share of answers that end within a second or two."""
    listens: Law = Between(0.6, 4.0)
    """How long machine detection takes."""
    people_missed: float = 0.02
    """Share of people whom machine detection takes for machines; and of machines that it takes for people."""
    machines_missed: float = 0.1
    unsure: float = 0.05
    no_verdict: float = 0.0
    """Share of answers of which detection never says anything, though it should."""


class MixedCallees:
    def __init__(self, *, seed: int, mix: Mix | None = None) -> None:
        self._seed = seed
        self._mix = mix or Mix()
        self._fates = list(self._mix.fates)
        self._weights = [self._mix.fates[fate] for fate in self._fates]

    def reaction(self, number: PhoneNumber, call: int) -> Reaction:
        mix = self._mix
        character = stream(self._seed, int(number), 0).random()
        of = stream(self._seed, int(number), call)
        if character < mix.not_in_service:
            return Reaction(Fate.NOT_FOUND, rings=None, decides=mix.refuses.draw(of), sip_code=404)
        if character < mix.not_in_service + mix.never_there:
            return Reaction(Fate.NO_ANSWER, rings=mix.rings.draw(of))
        return self._draw(of)

    def _draw(self, of: Random) -> Reaction:
        mix = self._mix
        fate = of.choices(self._fates, self._weights)[0]
        rings = mix.rings.draw(of)
        if fate is Fate.SILENT:
            return Reaction(fate, rings=None)
        if fate not in ANSWERED:
            rung = rings if of.random() < 0.6 else None
            return Reaction(fate, rings=rung, decides=(rung or 0.0) + mix.refuses.draw(of))
        if fate is Fate.MACHINE:
            recording = mix.machine_listens.draw(of)
            decides = rings + Between(8, 16).draw(of)
            found = Reaction(fate, rings=rings, decides=decides, patience=recording, talks=recording)
            return self._judged(found, of)
        patience = 0.5 + of.random() * 2 if of.random() < mix.hangs_up_at_once else mix.patience.draw(of)
        met = Reaction(
            fate,
            rings=rings if of.random() < 0.95 else None,
            decides=rings + mix.answers.draw(of),
            patience=patience,
            talks=mix.talks.draw(of),
            leaves_first=of.random() < mix.leaves_first,
        )
        return self._judged(met, of)

    def _judged(self, met: Reaction, of: Random) -> Reaction:
        """With what machine detection would make of it, right or wrong."""
        mix, chance, listens = self._mix, of.random(), self._mix.listens.draw(of)
        machine = met.fate is Fate.MACHINE
        wrong = mix.machines_missed if machine else mix.people_missed
        verdict: Verdict | None = Verdict.MACHINE if machine is (chance >= wrong) else Verdict.HUMAN
        if of.random() < mix.unsure:
            verdict = of.choice((Verdict.UNSURE, Verdict.SILENCE))
        if of.random() < mix.no_verdict:
            verdict = None
        return replace(met, verdict=verdict, listens=listens)


LABORATORY: Mapping[str, Reaction] = {
    "201": Reaction(Fate.PERSON, rings=0.05, decides=1.0, patience=300.0, leaves_first=False),
    "203": Reaction(Fate.PERSON, rings=0.05, decides=3.0, patience=300.0, leaves_first=False),
    "210": Reaction(Fate.PERSON, rings=0.05, decides=10.0, patience=300.0, leaves_first=False),
    "300": Reaction(
        Fate.MACHINE,
        rings=0.05,
        decides=2.0,
        patience=60.0,
        talks=60.0,
        leaves_first=False,
        verdict=Verdict.MACHINE,
        listens=2.0,
    ),
    "101": Reaction(Fate.PERSON, rings=0.05, decides=1.0, patience=300.0, leaves_first=False),
    "102": Reaction(Fate.PERSON, rings=0.05, decides=1.0, patience=300.0, leaves_first=False),
    "404": Reaction(Fate.NOT_FOUND, rings=None, decides=0.05),
    "408": Reaction(Fate.NO_ANSWER, rings=0.05),
    "480": Reaction(Fate.UNAVAILABLE, rings=0.05, decides=0.7),
    "486": Reaction(Fate.BUSY, rings=0.05, decides=0.7),
    "503": Reaction(Fate.CONGESTION, rings=None, decides=0.05),
    "603": Reaction(Fate.REJECTED, rings=0.05, decides=0.7),
    "607": Reaction(Fate.REJECTED, rings=0.05, decides=0.7, sip_code=607),
    "777": Reaction(Fate.NOT_FOUND, rings=0.05, decides=3.0),
    "900": Reaction(Fate.PERSON, rings=0.05, decides=1.0, patience=3.0, talks=3.0, leaves_first=True),
    "000": Reaction(Fate.SILENT, rings=None),
}


class LaboratoryCallees:
    """Numbers +1555BBB… behave by their digits as the laboratory's carrier does; all others as ``others`` say."""

    def __init__(self, others: Callees | None = None, *, talk: Law = Fixed(5.0), seed: int = 0) -> None:
        self._others = others
        self._talk = talk
        self._seed = seed

    def reaction(self, number: PhoneNumber, call: int) -> Reaction:
        known = LABORATORY.get(number[4:7]) if number.startswith("1555") else None
        if known is None:
            return self._others.reaction(number, call) if self._others else LABORATORY["201"]
        if known.fate is Fate.PERSON and not known.leaves_first:
            talks = self._talk.draw(stream(self._seed, int(number), call))
            return Reaction(known.fate, known.rings, known.decides, known.patience, talks, leaves_first=False)
        return known
