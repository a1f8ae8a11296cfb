"""What a step of the stepper is made of, and what can be chosen in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.engine.words import CallerIdPolicy
from campana.hotlines.models import Hotline, Sound
from campana.hotlines.operations.answering import HEARD_WAITING
from campana.scripts.models import ResultSet, Script
from campana.ui.moments import phone
from campana.ui.parts import Choice
from campana.workforce import queries as workforce
from campana.workforce.models import WorkingHours

Words = str | Promise

TEXT, AREA, NUMBER, MINUTES, TICK, CHOICE, ONE, MANY, PICK, MOMENT = (
    "text",
    "area",
    "number",
    "minutes",
    "tick",
    "choice",
    "one",
    "many",
    "pick",
    "moment",
)


@dataclass(frozen=True, slots=True)
class Option:
    """One of a few choices that are all shown; ``says`` is a sentence below, ``closed`` why it can not be taken."""

    key: str
    word: Words
    says: Words = ""
    closed: Words = ""


@dataclass(frozen=True, slots=True)
class Ask:
    name: str
    label: Words
    kind: str = NUMBER
    hint: Words = ""
    choices: tuple[Option, ...] = ()
    unit: Words = ""
    blank: bool = False
    """May be left empty; the hint says what that means."""
    modes: tuple[str, ...] = ()
    """Only in these modes; empty: in all."""
    more: bool = False
    """An additional setting: folded until somebody wants it."""


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    word: Words
    asks: tuple[Ask, ...] = ()
    extra: tuple[str, ...] = ()
    """Settings with a look of their own: ``hours``, ``retries``, ``other_scripts``."""

    @property
    def names(self) -> set[str]:
        return {ask.name for ask in self.asks} | set(self.extra) | {self.key}


def asks_of(step: Step, campaign: Campaign) -> Iterable[Ask]:
    return (ask for ask in step.asks if not ask.modes or campaign.mode in ask.modes)


def options_of(name: str, actor: Actor) -> list[tuple[str, str]]:
    """What the actor can choose of the organisation's own things, one of them."""
    organisation_id = actor.organisation.pk
    if name == "working_hours":
        return _named(WorkingHours.objects.filter(organisation_id=organisation_id).order_by("name"), str)
    if name == "hold_music":
        return _named(sounds_to_wait_by(organisation_id), str)
    if name == "abandoned_message":
        return _named(Sound.objects.filter(organisation_id=organisation_id).order_by("name"), str)
    if name == "script":
        offered = Script.objects.filter(organisation_id=organisation_id, archived_at=None)
        return _named(offered.order_by("name"), str)
    return _named(ResultSet.objects.filter(organisation_id=organisation_id).order_by("name"), str)


def sounds_to_wait_by(organisation_id: int) -> QuerySet[Sound]:
    """Greetings and melodies of the audio library (CAM-517)."""
    return Sound.objects.filter(organisation_id=organisation_id, kind__in=HEARD_WAITING).order_by("name")


def caller_ids(options: Iterable[Option], campaign: Campaign) -> list[Option]:
    """At random needs two numbers; with fewer the choice is shut and says why (CAM-396)."""
    enabled = Hotline.objects.filter(organisation_id=campaign.organisation_id, enabled=True).count()
    closed = "" if enabled > 1 else _("needs two hotlines that are switched on")
    return [option if option.key == CallerIdPolicy.SINGLE else replace(option, closed=closed) for option in options]


def choices_of(name: str, actor: Actor, chosen: Iterable[str]) -> list[Choice]:
    """The same where several can be chosen; ``chosen``: ids as text, in their order."""
    ticked = set(chosen)
    return [
        Choice(value, label, value in ticked, note, kind, closed)
        for value, label, note, kind, closed in _MANY[name](actor)
    ]


_Line = tuple[str, str, str, str, str]


def _hotlines(actor: Actor) -> Iterable[_Line]:
    for row in Hotline.objects.filter(organisation=actor.organisation).order_by("number"):
        closed = "" if row.enabled else _("switched off")
        yield str(row.pk), phone(row.number), row.label, "", closed


def _agents(actor: Actor) -> Iterable[_Line]:
    people = workforce.agents(actor).filter(user__state="active")
    for row in people.prefetch_related("groups").order_by("user__name", "pk"):
        groups = ", ".join(sorted(group.name for group in row.groups.all()))
        if row.endpoint:
            yield str(row.pk), row.user.name, groups, "", ""
        else:
            yield str(row.pk), row.user.name, _("has no telephone yet"), "callback", ""


def _groups(actor: Actor) -> Iterable[_Line]:
    groups = workforce.groups(actor)
    for row in groups.annotate(people=Count("members", filter=Q(members__user__state="active"))).order_by("name"):
        people = ngettext("%(n)d person", "%(n)d people", row.people) % {"n": row.people}
        yield str(row.pk), row.name, people, "", ""


_MANY: dict[str, Callable[[Actor], Iterable[_Line]]] = {"hotlines": _hotlines, "agents": _agents, "groups": _groups}


def _named(rows: Iterable[Any], word: Callable[[Any], str]) -> list[tuple[str, str]]:
    return [(str(row.pk), word(row)) for row in rows]
