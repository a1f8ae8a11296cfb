"""The contacts of a campaign narrowed by chips and by reasons: what an address says, and the address of a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campana.campaigns.models import Campaign
from campana.campaigns.queries.why import DIALABLE, IN_PROGRESS, PLANNED, Reason
from campana.campaigns.snapshot import HELD_STATES, campaign_config
from campana.engine.words import LocalTime, RefusalCode, TaskState
from campana.kernel.clock import Instant, is_zone, utc_now
from campana.supervision.queries import TaskFilter, tasks_of
from campana.supervision.queries.day import midnight
from campana.ui.parts import Chip
from campana.ui.words import said
from campana.ui.zones import zone_words

CALL: Final = "call"
DUE: Final = "due"
NEVER: Final = "never"
GROUPS: Final[dict[str, tuple[Promise, str, tuple[str, ...]]]] = {
    CALL: (_("In a call"), "talking", tuple(HELD_STATES)),
    TaskState.WAITING: (_("Waiting"), "waiting", (TaskState.WAITING,)),
    TaskState.PLANNED: (_("Planned"), "callback", (TaskState.PLANNED,)),
    DUE: (_("Due today"), "callback", (TaskState.PLANNED,)),
    TaskState.SKIPPED: (_("Skipped"), "refusal", (TaskState.SKIPPED,)),
    TaskState.COMPLETED: (_("Completed"), "success", (TaskState.COMPLETED,)),
    TaskState.NOT_REACHED: (_("Not reached"), "noanswer", (TaskState.NOT_REACHED,)),
    NEVER: (_("Excluded or invalid"), "dnc", (TaskState.EXCLUDED, TaskState.INVALID)),
    TaskState.STOPPED: (_("Stopped"), "finished", (TaskState.STOPPED,)),
    TaskState.NOT_PROCESSED: (_("Not processed"), "offline", (TaskState.NOT_PROCESSED,)),
}
"""Word, kind and states of every chip; chips with nobody are left out but for the first three."""
ALWAYS: Final = {CALL, TaskState.WAITING, TaskState.PLANNED}
MOST_COUNTED: Final = 10_000


def address_of(campaign: Campaign, reason: Reason) -> str:
    """Where the contacts of a reason are listed."""
    asked = {"state": TaskState.PLANNED.value, "why": reason.code}
    if reason.code == DIALABLE:
        asked = {"state": TaskState.WAITING.value, "why": DIALABLE}
    elif reason.code == IN_PROGRESS:
        asked = {"state": CALL}
    elif reason.final:
        asked = {"state": NEVER, "why": reason.code}
    elif reason.code == RefusalCode.OUTSIDE_HOURS and reason.detail:
        asked = {"state": TaskState.WAITING.value, "zone": reason.detail}
    elif reason.code == RefusalCode.HOTLINE_RESTING and reason.until is None:
        asked = {"state": TaskState.SKIPPED.value}
    return reverse("supervision:contacts", args=[campaign.pk]) + "?" + urlencode(asked)


def asked_for(request: HttpRequest, campaign: Campaign, now: Instant) -> TaskFilter:
    """What the address asks for; what it can not be is no restriction."""
    group, why, zone = (request.GET.get(name, "") for name in ("state", "why", "zone"))
    states = GROUPS[group][2] if group in GROUPS else (group,) if group in set(TaskState) else ()
    zones: tuple[str, ...] = (zone,) if zone in campaign.zones else ()
    refusal: str | None = None
    if why == DIALABLE:
        zones = _open_zones(campaign, now)
    elif why == PLANNED:
        refusal = ""
    elif why in set(RefusalCode):
        refusal = why
    return TaskFilter(
        states=states if group != DUE else (),
        refusal=refusal,
        zones=zones,
        due_before=_tomorrow(campaign, now) if group == DUE else None,
        search=request.GET.get("q", "").strip().replace("\x00", ""),
    )


def reason_words(request: HttpRequest) -> str:
    """The reason by which the list is narrowed, in words; blank without one."""
    from campana.supervision import words

    why, zone = request.GET.get("why", ""), request.GET.get("zone", "")
    if why in {DIALABLE, PLANNED, *RefusalCode}:
        return words.why(why)[1]
    if not is_zone(zone):
        return ""
    place = zone_words(zone, get_language() or "en", utc_now())
    return f"{said('refusal', RefusalCode.OUTSIDE_HOURS)[1]}, {place}"


def state_chips(campaign: Campaign, chosen: str, search: str, now: Instant) -> list[Chip]:
    counts: dict[str, int] = dict(
        campaign.task_tallies.values_list("state").annotate(count=Sum("n")).values_list("state", "count")
    )
    kept = {"q": search} if search else {}
    made = [Chip(_("All"), "?" + urlencode(kept), not chosen, sum(counts.values()))]
    for group, (word, kind, states) in GROUPS.items():
        count = due_today(campaign, now) if group == DUE else sum(counts.get(state, 0) for state in states)
        if not count and group != chosen and group not in ALWAYS:
            continue
        if group == DUE and count >= MOST_COUNTED:
            word, shown = _("Due today, 10,000 or more"), None
        else:
            shown = count
        made.append(Chip(word, "?" + urlencode({"state": group, **kept}), group == chosen, shown, kind))
    return made


def due_today(campaign: Campaign, now: Instant) -> int:
    """Up to MOST_COUNTED."""
    rows = tasks_of(campaign, TaskFilter(due_before=_tomorrow(campaign, now))).filter(state=TaskState.PLANNED)
    return rows.order_by()[:MOST_COUNTED].count()


def _tomorrow(campaign: Campaign, now: Instant) -> Instant:
    zone = campaign.organisation.time_zone
    return midnight(now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1), zone)


def _open_zones(campaign: Campaign, now: Instant) -> tuple[str, ...]:
    config = campaign_config(campaign)
    if config.local_time is LocalTime.OFF:
        return ()
    return tuple(zone for zone in campaign.zones if config.schedule.is_open(now, zone))
