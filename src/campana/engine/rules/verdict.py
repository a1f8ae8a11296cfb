"""What a rule answers: nothing (it sees no objection) or a refusal."""

from __future__ import annotations

from dataclasses import dataclass

from campana.engine.config import CampaignConfig, Dialable, OrganisationConfig, TaskCard
from campana.kernel.clock import Instant


@dataclass(frozen=True, slots=True)
class Situation:
    """One task, one of its numbers, one moment."""

    now: Instant
    organisation: OrganisationConfig
    campaign: CampaignConfig
    card: TaskCard
    dialable: Dialable
