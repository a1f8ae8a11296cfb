"""Why this pace: the slip of the control law.

That of a fixed coefficient is worked out from the rows with the engine's own arithmetic; Predictive writes down each of
its decisions, and the last one is shown as it was said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from campana.calls.models import Attempt
from campana.campaigns.models import Campaign, CampaignPace
from campana.engine.pacing import fixed
from campana.engine.words import AgentState, CampaignState, DialMode, PaceBound, PacingMethod


@dataclass(frozen=True, slots=True)
class Pace:
    """``free`` agents times ``coefficient`` less ``pending`` calls without an agent: ``allowed`` more may start."""

    template = "supervision/_pace.html"

    free: int
    coefficient: float
    pending: int
    allowed: int

    @property
    def reserves(self) -> bool:
        """One call for one agent, who is taken before the number is dialled."""
        return self.coefficient <= 1


@dataclass(frozen=True, slots=True)
class Slip:
    """One decision of Predictive (``engine.outputs.PaceDecided``)."""

    template = "supervision/_slip.html"

    method: PacingMethod
    bound: PaceBound
    allowed: int
    team: int
    free: int
    ringing: int
    waiting: int
    lines: int
    room: int
    free_soon: float
    answers_soon: float
    risk: float
    accepted: float
    limit: float | None
    answers: int
    lost: int
    recent_answers: int
    recent_lost: int
    detecting: int = 0
    silent: float = 0.0
    recent_silent: float = 0.0

    @property
    def adaptive(self) -> bool:
        return self.method is PacingMethod.ADAPTIVE

    @property
    def ahead(self) -> bool:
        """Whether calls leave before an agent is free."""
        return self.bound in {PaceBound.RISK, PaceBound.CAP, PaceBound.METHOD, PaceBound.NOBODY}

    @property
    def budget(self) -> float | None:
        """How many of the answers in the law's window may have been lost."""
        return None if self.limit is None else self.limit * (self.answers + self.silent)

    @property
    def lost_share(self) -> float:
        answers = self.answers + self.silent
        return (self.lost + self.silent) / answers if answers else 0.0


def pace(campaign: Campaign, people: Mapping[int, str], live: Collection[int]) -> Pace | Slip | None:
    """``people``: agents and their states; ``live``: attempts that are not over. None where no control law decides: the
    campaign does not run, or agents dial by themselves."""
    if campaign.state == CampaignState.RUNNING and campaign.mode == DialMode.PREDICTIVE:
        return _slip(campaign)
    if campaign.state != CampaignState.RUNNING or campaign.mode != DialMode.PROGRESSIVE:
        return None
    free = sum(state == AgentState.AVAILABLE for state in people.values())
    pending = Attempt.objects.filter(pk__in=live, ended_at__isnull=True, agent__isnull=True).count()
    allowed = fixed.allowance(free=free, pending=pending, coefficient=campaign.coefficient)
    return Pace(free, campaign.coefficient, pending, allowed)


def _slip(campaign: Campaign) -> Slip | None:
    said = CampaignPace.objects.filter(organisation=campaign.organisation_id, campaign=campaign).first()
    if said is None:
        return None
    known: dict[str, Any] = {name: said.slip[name] for name in Slip.__slots__ if name in said.slip}
    known |= {"method": PacingMethod(known["method"]), "bound": PaceBound(known["bound"])}
    return Slip(**known)
