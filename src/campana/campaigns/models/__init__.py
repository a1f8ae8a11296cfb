"""Campaigns and their tasks. States are the engine's vocabulary (``engine.words``)."""

from campana.campaigns.models.campaign import Campaign
from campana.campaigns.models.given import CampaignAgent, CampaignGroup, CampaignHotline, CampaignScript
from campana.campaigns.models.life import Approval, CampaignPace, Judgement, PastRun
from campana.campaigns.models.tasks import Task, TaskTally

__all__ = [
    "Approval",
    "Campaign",
    "CampaignAgent",
    "CampaignGroup",
    "CampaignHotline",
    "CampaignPace",
    "CampaignScript",
    "Judgement",
    "PastRun",
    "Task",
    "TaskTally",
]
