"""The wallboard: one page without controls, read from afar, always dark. For who is signed in, and by a link."""

from __future__ import annotations

from collections.abc import Hashable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from campana.accounts import permissions
from campana.accounts.access import actor_of, address_of, public, requires
from campana.accounts.actors import Actor
from campana.accounts.operations import door
from campana.kernel.clock import utc_now
from campana.supervision.queries.day import Hour
from campana.supervision.queries.listed import FAULTS
from campana.supervision.queries.wall import wall
from campana.supervision.queries.wall_links import open_wall
from campana.supervision.web.campaigns import whose
from campana.supervision.web.shared import reader_key, shared
from campana.tenancy import organisation_scope
from campana.ui.asking import refreshes

WIDTH, HEIGHT = 1320, 104


@requires(permissions.AGENTS_VIEW)
@require_GET
def wallboard(request: HttpRequest) -> HttpResponse:
    """The whole page, or what is on it for a refresh."""
    return _board(request, actor_of(request), (*reader_key(request), whose(request)))


@public
@require_GET
def wall_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same for a screen with a link, in the organisation's language and time zone."""
    found = open_wall(token, utc_now())
    if found is None:
        if refreshes(request, "wall"):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        door.take_try(door.LINK_ADDRESS, address_of(request) or "", utc_now())
        return render(request, "supervision/wall_over.html", status=410)
    organisation, link = found.actor.organisation, found.link
    with (
        organisation_scope(organisation.pk),
        translation.override(organisation.language),
        timezone.override(organisation.time_zone),
    ):
        answer = _board(request, found.actor, (link.pk,), names=link.shows_names, token=token)
    answer.headers["Content-Language"] = organisation.language
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _board(
    request: HttpRequest, actor: Actor, seen_by: tuple[Hashable, ...], *, names: bool = True, token: str = ""
) -> HttpResponse:
    def draw() -> str:
        found = wall(actor, utc_now())
        given = {"wall": found, "bars": bars(found.hours), "faults": FAULTS}
        return render_to_string("supervision/_wall.html", given | {"names": names, "here": request.path}, request)

    region = shared.get(("wall", token, *seen_by), draw)
    if refreshes(request, "wall"):
        return HttpResponse(region)
    given = {"region": mark_safe(region), "organisation": actor.organisation, "token": token}
    return render(request, "supervision/wallboard.html", given)


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
