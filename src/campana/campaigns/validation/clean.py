"""Settings of a campaign: their readers, ranges, and which may still be changed when (CAM-069)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.campaigns.queries.chosen import chosen_of, in_order
from campana.campaigns.validation import read
from campana.campaigns.validation import refusals as no
from campana.engine.words import (
    BudgetWindow,
    CallerIdPolicy,
    CampaignState,
    DialMode,
    Goal,
    Governed,
    LocalTime,
    PaceStart,
    PacingMethod,
    PreviewStart,
    StartKind,
)
from campana.hotlines.models import Hotline, Sound
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, Invalids
from campana.scripts.models import ResultSet, Script
from campana.workforce.models import Agent, AgentGroup, WorkingHours
from campana.workforce.permissions import agent_scope, group_scope

OFFERED_MODES: Final = (DialMode.PROGRESSIVE, DialMode.PREVIEW, DialMode.PREDICTIVE)
ANSWER_WAITS: Final = (15, 20, 30, 60)

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Setting:
    reader: read.Reader
    live: bool = True
    """May be changed when the campaign is no draft any more."""
    approved: bool = False
    """Changing it before the first call asks for approval again (CAM-050)."""


SETTINGS: Final[Mapping[str, Setting]] = {
    "name": Setting(read.text(150, required=True)),
    "description": Setting(read.text(2000)),
    "mode": Setting(read.choice(*DialMode), live=False),
    "start_at": Setting(read.instant),
    "end_at": Setting(read.instant),
    "start_kind": Setting(read.choice(*StartKind)),
    "goal": Setting(read.choice(*Goal)),
    "only_with_agent": Setting(read.yes_or_no),
    "no_agent_grace": Setting(read.whole(0, 24 * _HOUR)),
    "priority": Setting(read.whole(1, 99, optional=True)),
    "max_calls": Setting(read.whole(1, 100, optional=True)),
    "hours": Setting(read.hours),
    "holidays": Setting(read.yes_or_no),
    "local_time": Setting(read.choice(*LocalTime)),
    "caller_id": Setting(read.choice(*CallerIdPolicy), approved=True),
    "answer_wait": Setting(read.choice(*ANSWER_WAITS)),
    "max_attempts": Setting(read.whole(1, 50)),
    "gap": Setting(read.whole(60, 30 * 24 * _HOUR)),
    "retries": Setting(read.retries),
    "do_not_call_again_days": Setting(read.whole(0, 3650, optional=True)),
    "coefficient": Setting(read.tenths(1.0, 10.0)),
    "pacing": Setting(read.choice(*PacingMethod)),
    "pickup_rate": Setting(read.whole(1, 100)),
    "pace_start": Setting(read.choice(*PaceStart)),
    "max_abandon": Setting(read.share(0.1)),
    "short_hang_up": Setting(read.whole(0, 5)),
    "governed": Setting(read.choice(*Governed)),
    "budget_window": Setting(read.choice(*BudgetWindow)),
    "detect_machines": Setting(read.yes_or_no),
    "detection_time": Setting(read.tenths(1.0, 6.0)),
    "false_machines": Setting(read.thousandths(0.0, 0.1)),
    "agent_ring": Setting(read.whole(5, 60)),
    "max_wait": Setting(read.whole(1, 300)),
    "wrap_up": Setting(read.whole(0, _HOUR)),
    "result_required": Setting(read.yes_or_no),
    "ready_early": Setting(read.yes_or_no),
    "extend_once": Setting(read.yes_or_no),
    "auto_answer": Setting(read.yes_or_no),
    "recording": Setting(read.yes_or_no),
    "hold_music": Setting(read.whole(1, 2**63 - 1, optional=True)),
    "abandoned_message": Setting(read.whole(1, 2**63 - 1, optional=True)),
    "preview_time": Setting(read.whole(1, _HOUR)),
    "preview_start": Setting(read.choice(*PreviewStart)),
    "accept_timeout": Setting(read.whole(5, 300)),
    "may_skip": Setting(read.yes_or_no),
    "may_hold": Setting(read.yes_or_no),
    "several_numbers": Setting(read.yes_or_no, live=False),
    "working_hours": Setting(read.whole(1, 2**63 - 1, optional=True)),
    "result_set": Setting(read.whole(1, 2**63 - 1, optional=True), approved=True),
    "script": Setting(read.whole(1, 2**63 - 1, optional=True), approved=True),
    "show_script": Setting(read.yes_or_no),
    "other_scripts": Setting(read.other_scripts, approved=True),
    "hotlines": Setting(read.ids, approved=True),
    "agents": Setting(read.ids),
    "groups": Setting(read.ids),
}
_ONE: Final[Mapping[str, type[models.Model]]] = {
    "working_hours": WorkingHours,
    "result_set": ResultSet,
    "script": Script,
    "hold_music": Sound,
    "abandoned_message": Sound,
}
REFERENCES: Final = frozenset(_ONE)
"""Settings that name one row of the organisation; their column ends in ``_id``."""
_MANY: Final[Mapping[str, type[models.Model]]] = {"hotlines": Hotline, "agents": Agent, "groups": AgentGroup}
_SCOPES: Final[Mapping[str, Callable[[Actor], models.Q]]] = {"agents": agent_scope, "groups": group_scope}
_KINDS: Final = {
    "working_hours": "working-hours profile",
    "result_set": "result set",
    "script": "script",
    "hold_music": "sound",
    "abandoned_message": "sound",
    "hotlines": "hotline",
    "agents": "agent",
    "groups": "group",
}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Columns of the campaign to write, and the ids of what is chosen for it."""

    columns: dict[str, Any] = field(default_factory=dict)
    chosen: dict[str, list[Any]] = field(default_factory=dict)
    """``hotlines``, ``agents``, ``groups``, ``other_scripts``: only what was given."""

    @property
    def names(self) -> set[str]:
        return {name.removesuffix("_id") for name in self.columns} | set(self.chosen)


def clean(values: Mapping[str, Any], *, actor: Actor, campaign: Campaign | None, now: Instant) -> Cleaned:
    """Read the given settings; those not given stay. Raises Invalids naming every wrong one."""
    cleaned, wrong = sort(values, actor=actor, campaign=campaign, now=now)
    if wrong:
        raise Invalids(wrong)
    return cleaned


def sort(
    values: Mapping[str, Any], *, actor: Actor, campaign: Campaign | None, now: Instant
) -> tuple[Cleaned, list[Invalid]]:
    """What can be taken of the given settings, and what is wrong about the others."""
    cleaned, wrong = Cleaned(), list[Invalid]()
    for name, raw in values.items():
        try:
            _take(cleaned, name, raw, actor, campaign)
        except Invalid as problem:
            wrong.append(problem)
    wrong += _limit(cleaned, campaign)
    wrong += _waits(cleaned, campaign)
    times = _times(cleaned, campaign, now)
    if times:
        cleaned.columns.pop("start_at", None)
        cleaned.columns.pop("end_at", None)
    return cleaned, wrong + times


def _take(cleaned: Cleaned, name: str, raw: Any, actor: Actor, campaign: Campaign | None) -> None:
    setting = SETTINGS.get(name)
    if setting is None:
        raise no.UnknownSetting(field=name[:60])
    value = setting.reader(name, raw)
    if name == "mode" and value not in OFFERED_MODES:
        raise no.ModeNotOffered(field=name)
    if name in _MANY:
        own, others = _of_scope(name, actor, campaign)
        _known(name, [pk for pk in value if pk not in others], actor, own)
        cleaned.chosen[name] = [*value, *sorted(others - set(value))]
        return
    if name == "other_scripts":
        cleaned.chosen[name] = _others(value, actor, campaign)
        return
    if name in _ONE and value is not None:
        _known(name, [value], actor)
    column = f"{name}_id" if name in _ONE else name
    before = getattr(campaign or Campaign(), column)
    if campaign and campaign.state != CampaignState.DRAFT and not setting.live and value != before:
        raise no.Locked(field=name)
    if name == "priority" and value != before and not actor.can(permissions.CAMPAIGNS_PRIORITY):
        raise no.PriorityNotAllowed(field=name)
    if name == "detect_machines" and value and value != before:
        _may_detect(actor)
    cleaned.columns[column] = value


def _others(value: list[dict[str, int]], actor: Actor, campaign: Campaign | None) -> list[dict[str, int]]:
    """Scripts, agents and groups of the actor's scope; what he does not see of the campaign's stays (CAM-759)."""
    name = "other_scripts"
    kept: list[dict[str, int]] = []
    before = chosen_of(campaign)[name] if campaign is not None else []
    for key, whose in (("agent", "agents"), ("group", "groups")):
        ids = [one[key] for one in value if key in one]
        _known(whose, ids, actor, _SCOPES[whose](actor), field=name)
        if actor.limited_to is not None:
            rows = _MANY[whose]._default_manager.filter(_SCOPES[whose](actor), organisation_id=actor.organisation.pk)
            mine = set(rows.values_list("pk", flat=True))
            kept += [one for one in before if key in one and one[key] not in mine]
    _known("script", list({one["script"] for one in value}), actor, field=name)
    return in_order([*value, *kept])


def _may_detect(actor: Actor) -> None:
    """CAM-506. Switching it off needs neither."""
    if not actor.organisation.machine_detection:
        raise no.DetectionNotOffered(field="detect_machines")
    if not actor.can(permissions.CAMPAIGNS_DETECT):
        raise no.DetectionNotAllowed(field="detect_machines")


def _of_scope(name: str, actor: Actor, campaign: Campaign | None) -> tuple[models.Q, set[int]]:
    """What the actor may choose from, and what others have chosen that he does not see: it stays (CAM-759)."""
    scope = _SCOPES[name](actor) if name in _SCOPES else models.Q()
    if actor.limited_to is None or campaign is None or name not in _SCOPES:
        return scope, set()
    chosen = getattr(campaign, name)
    return scope, set(chosen.values_list("pk", flat=True)) - set(chosen.filter(scope).values_list("pk", flat=True))


def _known(name: str, ids: list[int], actor: Actor, scope: models.Q | None = None, *, field: str | None = None) -> None:
    """Every id is an object of the actor's scope; foreign ones are as unknown as none."""
    model = {**_ONE, **_MANY}[name]
    rows = model._default_manager.filter(scope or models.Q(), organisation_id=actor.organisation.pk)
    found = rows.filter(pk__in=ids).count()
    if found != len(ids):
        raise no.UnknownReference(field=field or name, kind=_KINDS[name])


def _limit(cleaned: Cleaned, campaign: Campaign | None) -> list[Invalid]:
    """Adaptive can not pace without a limit; the other methods can (CAM-124)."""
    if not {"pacing", "max_abandon"} & set(cleaned.columns):
        return []
    before = campaign or Campaign()
    pacing = cleaned.columns.get("pacing", before.pacing)
    limit = cleaned.columns.get("max_abandon", before.max_abandon)
    if pacing != PacingMethod.ADAPTIVE or limit is not None:
        return []
    cleaned.columns.pop("max_abandon", None)
    cleaned.columns.pop("pacing", None)
    return [no.LimitNeeded(field="max_abandon")]


def _waits(cleaned: Cleaned, campaign: Campaign | None) -> list[Invalid]:
    """The longest wait runs from the answer: whoever was listened to for all of it would never meet an agent."""
    if not {"detect_machines", "detection_time", "max_wait"} & set(cleaned.columns):
        return []
    before = campaign or Campaign()
    detects, listens, waits = (
        cleaned.columns.get(name, getattr(before, name)) for name in ("detect_machines", "detection_time", "max_wait")
    )
    if not detects or waits > listens:
        return []
    field = "max_wait" if "max_wait" in cleaned.columns else "detection_time"
    cleaned.columns.pop(field, None)
    return [no.WaitTooShort(field=field)]


def _times(cleaned: Cleaned, campaign: Campaign | None, now: Instant) -> list[Invalid]:
    if not {"start_at", "end_at"} & set(cleaned.columns):
        return []
    start = cleaned.columns.get("start_at", campaign.start_at if campaign else None)
    end = cleaned.columns.get("end_at", campaign.end_at if campaign else None)
    if end is None or ("end_at" not in cleaned.columns and start is None):
        return []
    if start is not None and end <= start:
        return [no.EndBeforeStart(field="end_at")]
    changed = campaign is None or end != campaign.end_at
    return [no.EndInPast(field="end_at")] if changed and end <= now else []
