"""What is configured, whole each time."""

from __future__ import annotations

from dataclasses import dataclass

from campana.engine.config import AgentConfig, CampaignConfig, HotlineConfig, OrganisationConfig, TrunkConfig
from campana.engine.inputs.restored import PacingHistory
from campana.kernel.ids import AgentId, CampaignId, HotlineId


@dataclass(frozen=True, slots=True)
class OrganisationConfigured:
    organisation: OrganisationConfig


@dataclass(frozen=True, slots=True)
class CampaignConfigured:
    """A campaign is new to the engine, was edited, or somebody asked something of it (``wanted``)."""

    campaign: CampaignConfig
    history: PacingHistory | None = None
    """Of a predictive campaign that is new to the engine."""


@dataclass(frozen=True, slots=True)
class CampaignRemoved:
    campaign_id: CampaignId


@dataclass(frozen=True, slots=True)
class AgentConfigured:
    agent: AgentConfig


@dataclass(frozen=True, slots=True)
class AgentRemoved:
    agent_id: AgentId


@dataclass(frozen=True, slots=True)
class TrunkConfigured:
    trunk: TrunkConfig


@dataclass(frozen=True, slots=True)
class HotlineConfigured:
    hotline: HotlineConfig


@dataclass(frozen=True, slots=True)
class HotlineRemoved:
    hotline_id: HotlineId
