"""Why this pace: the addition slip of the control law, worked out from the rows with the engine's own arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from campana.calls.models import Attempt
from campana.campaigns.models import Campaign
from campana.engine.pacing import fixed
from campana.engine.words import AgentState, CampaignState, DialMode
from campana.workforce.models import Agent


@dataclass(frozen=True, slots=True)
class Pace:
    """``free`` agents times ``coefficient`` less ``pending`` calls without an agent: ``allowed`` more may start."""

    free: int
    coefficient: float
    pending: int
    allowed: int

    @property
    def reserves(self) -> bool:
        """One call for one agent, who is taken before the number is dialled."""
        return self.coefficient <= 1


def pace(campaign: Campaign, people: list[int]) -> Pace | None:
    """None where no control law decides: the campaign does not run, or agents dial by themselves."""
    if campaign.state != CampaignState.RUNNING or campaign.mode != DialMode.PROGRESSIVE:
        return None
    free = Agent.objects.filter(pk__in=people, state=AgentState.AVAILABLE).count()
    pending = Attempt.objects.filter(
        organisation=campaign.organisation_id, campaign=campaign, ended_at__isnull=True, agent__isnull=True
    ).count()
    allowed = fixed.allowance(free=free, pending=pending, coefficient=campaign.coefficient)
    return Pace(free, campaign.coefficient, pending, allowed)
