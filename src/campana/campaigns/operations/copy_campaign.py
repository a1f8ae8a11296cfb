"""A new campaign like an earlier one: its settings without its contacts, times and calls."""

from __future__ import annotations

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.campaigns.operations.create_campaign import create_campaign
from campana.campaigns.operations.write import write
from campana.campaigns.queries.chosen import chosen_of
from campana.campaigns.validation.clean import REFERENCES, SETTINGS
from campana.hotlines.models import Hotline
from campana.kernel.clock import Instant
from campana.workforce.models import Agent, AgentGroup
from campana.workforce.permissions import agent_scope, group_scope

NOT_COPIED = {"name", "mode", "start_at", "end_at", "priority", "hotlines", "agents", "groups", "other_scripts"}


def copy_campaign(*, campaign: Campaign, actor: Actor, name: str, now: Instant) -> Campaign:
    """A draft of the actor's. Left behind: hotlines that are switched off, people outside his groups, the priority and
    the detection of machines where he may not set them."""
    actor.require(permissions.CAMPAIGNS_MANAGE)
    with transaction.atomic():
        made = create_campaign(actor=actor, values={"name": name[:150], "mode": campaign.mode}, now=now)
        columns = [f"{key}_id" if key in REFERENCES else key for key in SETTINGS]
        copied = [column for column in columns if column not in NOT_COPIED]
        if actor.can(permissions.CAMPAIGNS_PRIORITY):
            copied.append("priority")
        if not actor.can(permissions.CAMPAIGNS_DETECT):
            copied.remove("detect_machines")
        for column in copied:
            setattr(made, column, getattr(campaign, column))
        made.save(update_fields=copied)
        chosen = chosen_of(campaign)
        usable = {
            "hotlines": Hotline.objects.filter(enabled=True),
            "agents": Agent.objects.filter(agent_scope(actor)),
            "groups": AgentGroup.objects.filter(group_scope(actor)),
        }
        others: dict[str, set[int]] = {}
        for key, rows in usable.items():
            found = set(rows.filter(pk__in=chosen[key]).values_list("pk", flat=True))
            write(made, {key: [pk for pk in chosen[key] if pk in found]})
            others[key] = found
        write(made, {"other_scripts": [one for one in chosen["other_scripts"] if _usable(one, others)]})
    return made


def _usable(other: dict[str, int], found: dict[str, set[int]]) -> bool:
    return other.get("agent") in found["agents"] or other.get("group") in found["groups"]
