"""Who answers the calls that come in on a hotline, when, and what callers hear."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, TypeVar

from django.db import models, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.rights import unchanged
from campana.hotlines.models import RING, WAIT, Answering, AnsweringAgent, AnsweringGroup, Hotline, Sound
from campana.hotlines.operations import common
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound
from campana.kernel.stamps import stamp
from campana.workforce.models import Agent, AgentGroup, WorkingHours

Row = TypeVar("Row", bound=models.Model)
HEARD_WAITING: Final = (Sound.Kind.GREETING, Sound.Kind.MELODY)
"""Kinds of sounds people may hear while they wait (CAM-517)."""


class NobodyAnswers(Invalid):
    code = "nobody_answers"
    detail = "Choose at least one group or agent who answers."


class UnknownChoice(Invalid):
    code = "unknown_choice"
    detail = "This is not in the list any more. Choose again."


class SecondsOutOfRange(Invalid):
    code = "seconds_out_of_range"
    detail = "Between {least} and {most} seconds."


class WaitTooShort(Invalid):
    code = "wait_too_short"
    detail = "A caller must wait longer than one agent is rung, or no second agent is ever tried."


def answer_calls(
    *,
    hotline_id: int,
    actor: Actor,
    groups: Collection[int] = (),
    agents: Collection[int] = (),
    ring: int = 30,
    max_wait: int = 120,
    working_hours_id: int | None = None,
    music_id: int | None = None,
    message_id: int | None = None,
    recording: bool = False,
    seen: str | None = None,
    now: Instant,
) -> Answering:
    """These people answer from the next call on. Raises NotFound, NobodyAnswers, UnknownChoice, SecondsOutOfRange,
    WaitTooShort, ChangedMeanwhile when ``seen`` is no longer the stamp of who answers."""
    actor.require(permissions.HOTLINES_MANAGE)
    tenant = actor.organisation
    _check_seconds("ring", ring, RING)
    _check_seconds("max_wait", max_wait, WAIT)
    if max_wait <= ring:
        raise WaitTooShort(field="max_wait")
    if not groups and not agents:
        raise NobodyAnswers(field="groups")
    with transaction.atomic():
        hotline = _locked(hotline_id, actor)
        unchanged(seen, stamp_of(hotline))
        row = Answering.objects.filter(hotline=hotline).first() or Answering(organisation=tenant, hotline=hotline)
        row.ring, row.max_wait, row.recording = ring, max_wait, recording
        row.working_hours = _one(WorkingHours.objects.filter(organisation=tenant), working_hours_id, "working_hours_id")
        sounds = Sound.objects.filter(organisation=tenant)
        row.music = _one(sounds.filter(kind__in=HEARD_WAITING), music_id, "music_id")
        row.message = _one(sounds, message_id, "message_id")
        row.save()
        _choose_groups(row, groups)
        _choose_agents(row, agents)
        after = {"groups": sorted(groups), "agents": sorted(agents), "ring": ring, "max_wait": max_wait}
        common.told(actor, "hotline.answer", hotline, now, **after, recording=recording)
    return row


def stamp_of(hotline: Hotline) -> str:
    """Of who answers, also while nobody does."""
    row = Answering.objects.filter(hotline=hotline).first()
    if row is None:
        return stamp()
    groups, agents = (sorted(people.values_list("pk", flat=True)) for people in (row.groups, row.agents))
    sounds = (row.music_id, row.message_id)
    return stamp(groups, agents, row.ring, row.max_wait, row.working_hours_id, sounds, row.recording)


def stop_answering(*, hotline_id: int, actor: Actor, now: Instant) -> None:
    """From the next call on nobody answers; callers are hung up and written down as missed."""
    actor.require(permissions.HOTLINES_MANAGE)
    with transaction.atomic():
        hotline = _locked(hotline_id, actor)
        if Answering.objects.filter(hotline=hotline).delete()[0]:
            common.told(actor, "hotline.stop_answering", hotline, now)


def _locked(hotline_id: int, actor: Actor) -> Hotline:
    rows = Hotline.objects.select_for_update(of=("self",)).filter(organisation=actor.organisation, pk=hotline_id)
    hotline = rows.first()
    if hotline is None:
        raise NotFound(kind="hotline")
    return hotline


def _check_seconds(field: str, value: int, limits: tuple[int, int]) -> None:
    if not limits[0] <= value <= limits[1]:
        raise SecondsOutOfRange(field=field, least=limits[0], most=limits[1])


def _one(rows: models.QuerySet[Row], pk: int | None, field: str) -> Row | None:
    if pk is None:
        return None
    found = rows.filter(pk=pk).first()
    if found is None:
        raise UnknownChoice(field=field)
    return found


def _choose_groups(row: Answering, ids: Collection[int]) -> None:
    found = list(AgentGroup.objects.filter(organisation_id=row.organisation_id, pk__in=ids))
    if len(found) != len(set(ids)):
        raise UnknownChoice(field="groups")
    AnsweringGroup.objects.filter(answering=row).exclude(group__in=found).delete()
    AnsweringGroup.objects.bulk_create(
        [AnsweringGroup(organisation_id=row.organisation_id, answering=row, group=group) for group in found],
        ignore_conflicts=True,
    )


def _choose_agents(row: Answering, ids: Collection[int]) -> None:
    found = list(Agent.objects.filter(organisation_id=row.organisation_id, pk__in=ids))
    if len(found) != len(set(ids)):
        raise UnknownChoice(field="agents")
    AnsweringAgent.objects.filter(answering=row).exclude(agent__in=found).delete()
    AnsweringAgent.objects.bulk_create(
        [AnsweringAgent(organisation_id=row.organisation_id, answering=row, agent=agent) for agent in found],
        ignore_conflicts=True,
    )
