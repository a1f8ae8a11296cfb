"""How many answered calls of today may find nobody, and how many did, by the limits of the campaigns that made them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from campana.calls.models import AttemptTally
from campana.engine.words import DETECTING_MODES, DialMode, Governed, Outcome


def counts_late(mode: str, governed: str) -> bool:
    """Whether an answer with no agent within two seconds is lost: Predictive asks what counts, other modes do not."""
    return mode == DialMode.PREDICTIVE and governed == Governed.LATE


@dataclass(frozen=True, slots=True)
class Allowance:
    """Of campaigns with a limit alone. People taken for machines, as estimated, were answered and lost."""

    answers: float
    lost: float
    most: float
    """The sum of each campaign's limit times its answers."""

    @property
    def limit(self) -> float | None:
        """Of all of them together; None before the first answer."""
        return self.most / self.answers if self.answers else None

    @property
    def share(self) -> float:
        return self.lost / self.answers if self.answers else 0.0


def allowance(rows: QuerySet[AttemptTally], *, detection: bool) -> Allowance:
    """``rows``: tallies of one day. ``detection``: whether the organisation may detect machines at all."""
    limited = rows.filter(campaign__max_abandon__isnull=False).order_by()
    answers: defaultdict[float, float] = defaultdict(float)
    lost = 0.0
    people = limited.exclude(outcome=Outcome.MACHINE)
    sums = people.values_list("campaign__max_abandon", "campaign__mode", "campaign__governed")
    for limit, mode, rule, answered, abandoned, late in sums.annotate(
        a=Sum("picked_up"), b=Sum("abandoned"), c=Sum("late")
    ):
        answers[limit] += answered
        lost += late if counts_late(mode, rule) else abandoned
    if detection:
        machines = limited.filter(
            outcome=Outcome.MACHINE, campaign__detect_machines=True, campaign__mode__in=DETECTING_MODES
        )
        estimates = machines.values_list("campaign__max_abandon", "campaign__false_machines")
        for limit, share, machines_met in estimates.annotate(n=Sum("n")):
            answers[limit] += share * machines_met
            lost += share * machines_met
    most = sum(limit * answered for limit, answered in answers.items())
    return Allowance(sum(answers.values()), lost, most)
