"""Which agents and groups somebody sees and uses (CAM-759): those of the groups he is limited to, else all.

These two, ``campaign_scope`` and ``attempt_scope`` are the whole of the limit: every page, request, stream and
operation filters by them, and what is outside is as unknown as an object of another organisation.
"""

from __future__ import annotations

from django.db.models import Q

from campana.accounts.actors import Actor
from campana.workforce.models import AgentGroupMember


def agent_scope(actor: Actor) -> Q:
    """Members of his groups, and himself."""
    if actor.limited_to is None:
        return Q()
    scope = Q(pk__in=AgentGroupMember.objects.filter(group__in=actor.limited_to).values("agent"))
    return scope | Q(user=actor.user) if actor.user is not None else scope


def group_scope(actor: Actor) -> Q:
    return Q() if actor.limited_to is None else Q(pk__in=actor.limited_to)
