"""What the review says of the chosen numbers: whether calls go out with them, as the calls tell (CAM-072)."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.hotlines.models import Hotline
from campana.hotlines.queries import Health, succeeded, test_calls, trunk_health
from campana.kernel.clock import Instant
from campana.ui.moments import phone, words


@dataclass(frozen=True, slots=True)
class Line:
    kind: str
    text: str
    test: str
    """Where a test call is made; blank for who may make none."""


def lines(campaign: Campaign, actor: Actor, now: Instant) -> list[Line]:
    """One of each chosen number, the disabled ones left to the problems."""
    chosen = campaign.hotlines.filter(enabled=True).select_related("trunk").order_by("number")
    health: dict[int, Health] = {}
    found = []
    for hotline in chosen:
        trunk = hotline.trunk
        if trunk.pk not in health:
            health[trunk.pk] = trunk_health(actor, trunk)
        kind, text = _told(hotline, health[trunk.pk], actor, now)
        may = actor.can(permissions.HOTLINES_MANAGE)
        test = reverse("hotlines:trunk", args=[trunk.pk]) + "#test-calls" if may else ""
        found.append(Line(kind, text, test))
    return found


def _told(hotline: Hotline, health: Health, actor: Actor, now: Instant) -> tuple[str, str]:
    said = {"number": phone(hotline.number), "trunk": hotline.trunk.name}
    if not hotline.trunk.enabled:
        return "fault", _("The trunk %(trunk)s of %(number)s is switched off, so nothing is dialled with it.") % said
    if hotline.resting_until is not None and hotline.resting_until > now:
        until = _moment(hotline.resting_until, now)
        return "fault", _("%(number)s failed several times in a row and rests until %(until)s.") % {
            **said,
            "until": until,
        }
    tested = next((row for row in test_calls(actor, hotline.trunk) if row.ended_at and succeeded(row)), None)
    if health.calls and health.failed == health.calls:
        return "callback", _("The last calls over the trunk %(trunk)s of %(number)s all failed.") % said
    if health.answered_at is not None:
        at = _moment(health.answered_at, now)
        return "success", _("%(number)s calls over %(trunk)s, where a call was answered last: %(at)s.") % {
            **said,
            "at": at,
        }
    if tested is not None and tested.ended_at is not None:
        at = _moment(tested.ended_at, now)
        return "success", _("%(number)s calls over %(trunk)s, which a test call found working: %(at)s.") % {
            **said,
            "at": at,
        }
    return "callback", _("No call has been answered over the trunk %(trunk)s of %(number)s yet.") % said


def _moment(at: Instant, now: Instant) -> str:
    return words(at, get_current_timezone(), get_language() or "en", now=now)
