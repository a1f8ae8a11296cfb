"""Groups of people: routing, assignment and permissions use the same ones."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.rights import unchanged
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, Refused
from campana.kernel.stamps import stamp
from campana.workforce.models import Agent, AgentGroup, AgentGroupMember
from campana.workforce.operations import common
from campana.workforce.operations.limits import limited_to
from campana.workforce.permissions import agent_scope, group_scope


class UnknownMember(Invalid):
    code = "unknown_member"
    detail = "There is no such agent. Choose members from the list."


class LimitsPeople(Refused):
    code = "group_limits_people"
    detail = "These are limited to the group: {users}. Change their limits first."


def create_group(*, actor: Actor, name: str, members: Collection[int] = (), now: Instant) -> AgentGroup:
    actor.require(permissions.AGENTS_MANAGE)
    actor.require_no_limit()
    with transaction.atomic():
        group = AgentGroup(organisation=actor.organisation, name=common.name_of(name))
        common.saved(group)
        _write(group, members, actor)
        _told(actor, "agent_group.create", group, members, now)
    return group


def save_group(
    *,
    group_id: int,
    actor: Actor,
    name: str,
    members: Collection[int] | None = None,
    seen: str | None = None,
    now: Instant,
) -> AgentGroup:
    """Rename and replace the members; they take part in the group's campaigns from the next call on (CAM-283).

    Raises ChangedMeanwhile when ``seen`` is no longer its stamp.
    """
    actor.require(permissions.AGENTS_MANAGE)
    with transaction.atomic():
        group = common.locked(AgentGroup, group_id, actor, "group", group_scope(actor))
        unchanged(seen, stamp_of(group))
        group.name = common.name_of(name)
        common.saved(group)
        if members is not None:
            _write(group, members, actor)
        _told(actor, "agent_group.change", group, members, now)
    return group


def stamp_of(group: AgentGroup) -> str:
    return stamp(group.name, sorted(group.members.values_list("pk", flat=True)))


def delete_group(*, group_id: int, actor: Actor, now: Instant) -> None:
    """Raises InUse naming the campaigns that call with it."""
    actor.require(permissions.AGENTS_MANAGE)
    with transaction.atomic():
        group = common.locked(AgentGroup, group_id, actor, "group", group_scope(actor))
        users = list(group.campaigns.order_by("name").values_list("name", flat=True)[:5])
        if users:
            raise common.InUse(users=", ".join(users))
        if answered := list(group.answering.values_list("hotline__number", flat=True)[:5]):
            raise common.AnswersCalls(users=", ".join(answered))
        if limited := limited_to(group):
            raise LimitsPeople(users=", ".join(limited[:5]))
        _told(actor, "agent_group.delete", group, None, now)
        group.delete()


def _write(group: AgentGroup, members: Collection[int], actor: Actor) -> None:
    found = Agent.objects.filter(agent_scope(actor), organisation_id=group.organisation_id, pk__in=members)
    if found.count() != len(set(members)):
        raise UnknownMember(field="members")
    AgentGroupMember.objects.filter(group=group).exclude(agent__in=members).delete()
    AgentGroupMember.objects.bulk_create(
        [AgentGroupMember(organisation_id=group.organisation_id, group=group, agent=agent) for agent in found],
        ignore_conflicts=True,
    )


def _told(actor: Actor, action: str, group: AgentGroup, members: Collection[int] | None, now: Instant) -> None:
    after = {"name": group.name} if members is None else {"name": group.name, "members": sorted(set(members))}
    common.audited(actor, action, "agent_group", group.pk, now, **after)
    common.ring(actor, "agents", now)
