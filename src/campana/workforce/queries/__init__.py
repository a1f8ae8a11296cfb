"""Reading agents, groups, hours and holidays."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from campana.accounts.actors import Actor
from campana.accounts.models import User
from campana.kernel.refusals import NotFound
from campana.workforce.models import Agent, AgentGroup, Holiday, WorkingHours
from campana.workforce.permissions import agent_scope, group_scope


def agents(actor: Actor) -> QuerySet[Agent]:
    rows = Agent.objects.filter(agent_scope(actor), organisation=actor.organisation).select_related("user")
    return rows.prefetch_related("groups")


def agent(actor: Actor, pk: int) -> Agent:
    found = agents(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(kind="agent")
    return found


def people_without_agent(actor: Actor) -> QuerySet[User]:
    """Active people who could become agents; they are in no group yet, so only for whoever has no limit."""
    if actor.limited_to is not None:
        return User.objects.none()
    people = User.objects.filter(organisation=actor.organisation, state=User.State.ACTIVE, agent__isnull=True)
    return people.order_by("name", "pk")


def groups(actor: Actor) -> QuerySet[AgentGroup]:
    rows = AgentGroup.objects.filter(group_scope(actor), organisation=actor.organisation)
    return rows.annotate(people=Count("members")).prefetch_related("members__user")


def group(actor: Actor, pk: int) -> AgentGroup:
    found = groups(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(kind="group")
    return found


def working_hours(actor: Actor) -> QuerySet[WorkingHours]:
    return WorkingHours.objects.filter(organisation=actor.organisation)


def working_hours_profile(actor: Actor, pk: int) -> WorkingHours:
    found = working_hours(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(kind="working-hours profile")
    return found


def holidays(actor: Actor) -> QuerySet[Holiday]:
    """Those that hold."""
    return calendar(actor).filter(taken_out=False)


def calendar(actor: Actor) -> QuerySet[Holiday]:
    """With the public holidays that were taken out."""
    return Holiday.objects.filter(organisation=actor.organisation)
