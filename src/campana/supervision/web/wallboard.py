"""The wallboard: one page without controls, read from afar, always dark."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from campana.accounts import permissions
from campana.accounts.access import actor_of, requires
from campana.kernel.clock import utc_now
from campana.supervision.queries.day import ABANDONMENT_LIMIT, Hour
from campana.supervision.queries.listed import FAULTS
from campana.supervision.queries.wall import wall
from campana.supervision.web.campaigns import whose
from campana.supervision.web.shared import reader_key, shared
from campana.ui.asking import refreshes

WIDTH, HEIGHT = 1320, 104


@requires(permissions.AGENTS_VIEW)
@require_GET
def wallboard(request: HttpRequest) -> HttpResponse:
    """The whole page, or what is on it for a refresh."""

    def draw() -> str:
        found = wall(actor_of(request), utc_now())
        given = {"wall": found, "bars": bars(found.hours), "limit": ABANDONMENT_LIMIT, "faults": FAULTS}
        return render_to_string("supervision/_wall.html", given, request)

    region = shared.get(("wall", *reader_key(request), whose(request)), draw)
    if refreshes(request, "wall"):
        return HttpResponse(region)
    return render(request, "supervision/wallboard.html", {"region": mark_safe(region)})


def bars(hours: list[Hour]) -> list[dict[str, object]]:
    """Geometry of the answers per hour, the last hour to the right."""
    most = max((hour.answers for hour in hours), default=0) or 1
    slot = WIDTH / max(len(hours), 6)
    made: list[dict[str, object]] = []
    for place, hour in enumerate(hours):
        height = round(78 * hour.answers / most, 1)
        made.append(
            {
                "x": str(round(place * slot + 2, 1)),
                "y": str(HEIGHT - height),
                "width": str(round(slot - 4, 1)),
                "height": str(height),
                "middle": str(round(place * slot + slot / 2, 1)),
                "above": str(HEIGHT - height - 6),
                "answers": hour.answers,
                "hour": f"{hour.start:%H}",
                "last": place == len(hours) - 1,
            }
        )
    return made
