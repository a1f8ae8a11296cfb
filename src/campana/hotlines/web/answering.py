"""The part of a hotline's page that says who answers it: what it shows, and what was posted."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import ngettext

from campana.accounts.access import ActorRequest
from campana.accounts.actors import Actor
from campana.hotlines.models import Answering, Hotline, Sound
from campana.hotlines.operations.answering import HEARD_WAITING, stamp_of
from campana.hotlines.web.forms import AnsweringForm
from campana.ui.parts import Choice
from campana.workforce.models import Agent, AgentGroup, WorkingHours


def part(request: ActorRequest, hotline: Hotline, form: AnsweringForm | None = None) -> dict[str, Any]:
    """What the page shows of it; ``form``: what was typed and could not be saved."""
    actor, posted = request.actor, request.POST if form is not None else None
    row = Answering.objects.filter(hotline=hotline).first()
    groups, agents = _chosen(row)
    if posted is not None:
        groups, agents = set(posted.getlist("groups")), set(posted.getlist("agents"))
    sounds = Sound.objects.filter(organisation=actor.organisation).order_by("name")
    kept = {"music_id": row.music_id, "message_id": row.message_id} if row is not None else {}
    chosen = {name: _number(posted.get(name, "")) for name in ("music_id", "message_id")} if posted else kept
    return {
        "row": row,
        "seen": posted.get("seen", "") if posted is not None else stamp_of(hotline),
        "form": form or AnsweringForm(hours(actor), initial=_initial(row)),
        "groups": _groups(actor, groups),
        "agents": _agents(actor, agents),
        "melodies": [sound for sound in sounds if sound.kind in HEARD_WAITING],
        "sounds": sounds,
        "music": chosen.get("music_id"),
        "message": chosen.get("message_id"),
    }


def values(request: ActorRequest, form: AnsweringForm) -> dict[str, Any]:
    posted, told = request.POST, form.cleaned_data
    return {
        "groups": [int(pk) for pk in posted.getlist("groups") if pk.isdecimal()],
        "agents": [int(pk) for pk in posted.getlist("agents") if pk.isdecimal()],
        "ring": _number(told["ring"]) or 0,
        "max_wait": _number(told["max_wait"]) or 0,
        "working_hours_id": told["working_hours_id"],
        "music_id": _number(posted.get("music_id", "")),
        "message_id": _number(posted.get("message_id", "")),
        "recording": told["recording"],
    }


def _number(typed: str) -> int | None:
    return int(typed) if typed.strip().isdecimal() else None


def _initial(row: Answering | None) -> dict[str, Any]:
    names = ("ring", "max_wait", "working_hours_id", "recording")
    return {name: getattr(row, name) for name in names} if row is not None else {}


def _chosen(row: Answering | None) -> tuple[set[str], set[str]]:
    if row is None:
        return set(), set()
    groups, agents = row.groups.values_list("pk", flat=True), row.agents.values_list("pk", flat=True)
    return {str(pk) for pk in groups}, {str(pk) for pk in agents}


def hours(actor: Actor) -> list[tuple[str, str]]:
    rows = WorkingHours.objects.filter(organisation=actor.organisation).order_by("name")
    return [(str(row.pk), row.name) for row in rows]


def _groups(actor: Actor, chosen: Collection[str]) -> list[Choice]:
    people = Count("members", filter=Q(members__user__state="active"))
    rows = AgentGroup.objects.filter(organisation=actor.organisation).annotate(people=people).order_by("name")
    return [Choice(str(row.pk), row.name, str(row.pk) in chosen, _people(row.people), "", "") for row in rows]


def _people(count: int) -> str:
    return ngettext("%(n)d person", "%(n)d people", count) % {"n": count}


def _agents(actor: Actor, chosen: Collection[str]) -> list[Choice]:
    rows = Agent.objects.filter(organisation=actor.organisation, user__state="active").select_related("user")
    return [
        Choice(str(row.pk), row.user.name, str(row.pk) in chosen, "", "", "") for row in rows.order_by("user__name")
    ]
