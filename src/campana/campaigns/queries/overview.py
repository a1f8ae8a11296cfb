"""The campaign list (CAM-660): a page by keyset, with the figures of its rows in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign, CampaignHotline, TaskTally
from campana.campaigns.permissions import campaign_scope
from campana.campaigns.queries.statistics import IN_PROGRESS, WAITING
from campana.engine.words import AgentState, CampaignState, TaskState
from campana.kernel.refusals import NotFound


@dataclass(slots=True)
class Row:
    campaign: Campaign
    waiting: int = 0
    in_progress: int = 0
    done: int = 0
    reached: int = 0
    agents: int = 0
    agents_online: int = 0
    hotlines: list[str] = field(default_factory=list)

    @property
    def contacts(self) -> int:
        return self.waiting + self.in_progress + self.done

    @property
    def progress(self) -> float:
        """Share of contacts that are done, 0 to 1."""
        return self.done / self.contacts if self.contacts else 0.0


def visible(actor: Actor) -> QuerySet[Campaign]:
    """Campaigns the actor may see: managers those of their scope, agents those they work in, no drafts."""
    campaigns = Campaign.objects.filter(organisation=actor.organisation)
    if actor.can(permissions.CAMPAIGNS_MANAGE) or actor.can(permissions.CAMPAIGNS_RUN) or actor.user is None:
        return campaigns.filter(campaign_scope(actor))
    mine = Q(agents__user=actor.user) | Q(groups__members__user=actor.user)
    return campaigns.filter(mine).exclude(state=CampaignState.DRAFT).distinct()


def campaign_of(actor: Actor, pk: int) -> Campaign:
    """One campaign the actor may see. Raises NotFound."""
    found = visible(actor).select_related("organisation", "author").filter(pk=pk).first()
    if found is None:
        raise NotFound(kind="campaign")
    return found


def overview(
    *,
    actor: Actor,
    before: int | None = None,
    limit: int = 50,
    states: Collection[str] = (),
    mode: str = "",
    author: int | None = None,
    search: str = "",
) -> list[Row]:
    """Newest first. ``before``: the id of the last row of the page before. Archived only when asked for."""
    rows = visible(actor).select_related("author")
    rows = rows.filter(state__in=states) if states else rows.exclude(state=CampaignState.ARCHIVED)
    if mode:
        rows = rows.filter(mode=mode)
    if author:
        rows = rows.filter(author_id=author)
    if search:
        rows = rows.filter(name__icontains=search)
    if before:
        rows = rows.filter(pk__lt=before)
    found = with_figures(list(rows.order_by("-pk")[:limit]))
    by_campaign = {row.campaign.pk: row for row in found}
    links = CampaignHotline.objects.filter(campaign__in=by_campaign).order_by("position", "pk")
    for pk, number in links.values_list("campaign", "hotline__number"):
        by_campaign[pk].hotlines.append(number)
    return found


def with_figures(campaigns: list[Campaign]) -> list[Row]:
    """Without the hotlines, which the list of the pages does not show."""
    rows = {campaign.pk: Row(campaign) for campaign in campaigns}
    tallies = TaskTally.objects.filter(campaign__in=rows)
    counted = tallies.values_list("campaign", "state").annotate(count=Sum("n"))
    for pk, state, count in counted:
        _count(rows[pk], TaskState(state), count)
    for pk, states in _people(rows).items():
        rows[pk].agents = len(states)
        rows[pk].agents_online = sum(state != AgentState.OFFLINE for state in states.values())
    return list(rows.values())


def _count(row: Row, state: TaskState, count: int) -> None:
    if state in WAITING:
        row.waiting += count
    elif state in IN_PROGRESS:
        row.in_progress += count
    elif state is not TaskState.DELETED:
        row.done += count
        row.reached += count if state is TaskState.COMPLETED else 0


def _people(campaigns: Collection[int]) -> dict[int, dict[int, str]]:
    """Campaign to its active agents and what each does."""
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"campaigns": list(campaigns)})
        for campaign, agent, state in cursor.fetchall():
            found[campaign][agent] = state
    return found


_PEOPLE: Final = """
SELECT p.campaign_id, a.id, a.state FROM (
    SELECT campaign_id, agent_id FROM campaigns_campaignagent WHERE campaign_id = ANY(%(campaigns)s)
    UNION
    SELECT g.campaign_id, m.agent_id FROM campaigns_campaigngroup g
    JOIN workforce_agentgroupmember m ON m.group_id = g.group_id WHERE g.campaign_id = ANY(%(campaigns)s)
) p JOIN workforce_agent a ON a.id = p.agent_id JOIN accounts_user u ON u.id = a.user_id AND u.state = 'active'
"""
