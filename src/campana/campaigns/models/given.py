"""What a campaign is given: lines, people, scripts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from campana.accounts.models import Organisation
from campana.campaigns.models.campaign import Campaign
from campana.hotlines.models import Hotline
from campana.scripts.models import Script
from campana.workforce.models import Agent, AgentGroup


class CampaignHotline(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE)
    hotline = models.ForeignKey(Hotline, models.PROTECT)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "hotline"], name="campaign_hotline_once")]


class CampaignAgent(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE)
    agent = models.ForeignKey(Agent, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "agent"], name="campaign_agent_once")]


class CampaignGroup(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE)
    group = models.ForeignKey(AgentGroup, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "group"], name="campaign_group_once")]


class CampaignScript(models.Model):
    """Another script for one agent or one group than the campaign's own (CAM-324)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="other_scripts")
    script = models.ForeignKey(Script, models.PROTECT)
    agent = models.ForeignKey(Agent, models.CASCADE, null=True)
    group = models.ForeignKey(AgentGroup, models.CASCADE, null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "agent"], name="campaign_script_of_agent"),
            models.UniqueConstraint(fields=["campaign", "group"], name="campaign_script_of_group"),
            models.CheckConstraint(
                condition=Q(agent__isnull=False, group__isnull=True) | Q(agent__isnull=True, group__isnull=False),
                name="campaign_script_of_one",
            ),
        ]
