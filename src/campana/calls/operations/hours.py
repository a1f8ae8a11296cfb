"""The hours in which a call back may be planned (CAM-344)."""

from __future__ import annotations

from collections.abc import Callable

from campana.calls.models import Attempt
from campana.campaigns import snapshot
from campana.engine.words import LocalTime
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid


class CallbackOutsideHours(Invalid):
    code = "callback_outside_hours"
    detail = "At that time the campaign does not call; choose a time within the calling hours."


def check_hours(attempt: Attempt, callback_at: Instant) -> None:
    """Raises CallbackOutsideHours."""
    if not hours_of(attempt)(callback_at):
        raise CallbackOutsideHours(field="callback_at")


def hours_of(attempt: Attempt) -> Callable[[Instant], bool]:
    """Whether the attempt's campaign may call at a time; a call by hand has no hours."""
    campaign, there = attempt.campaign, attempt.callee_zone
    if campaign is None:
        return lambda at: True
    schedule = snapshot.campaign_config(campaign).schedule
    home = campaign.organisation.time_zone
    zones = {LocalTime.OFF: (home,), LocalTime.BOTH: (home, there), LocalTime.CALLEE: (there,)}
    wanted = zones[LocalTime(campaign.local_time)]
    return lambda at: all(schedule.is_open(at, zone) for zone in wanted)
