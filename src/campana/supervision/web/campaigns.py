"""The list of campaigns."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from campana.accounts.access import actor_of, requires
from campana.accounts.models import User
from campana.accounts.permissions import CAMPAIGNS_VIEW
from campana.calls.queries import live_calls
from campana.campaigns.queries.overview import visible
from campana.engine.words import CampaignState, DialMode
from campana.kernel.clock import Instant, utc_now
from campana.supervision.queries import listed
from campana.supervision.queries.listed import FAULTS, NEEDS, ListFilter, Place
from campana.supervision.web.choices import asked, choices
from campana.supervision.web.shared import reader_key, shared
from campana.ui.asking import address, number_in, refreshes
from campana.ui.parts import Chip
from campana.ui.words import said

PAGE: Final = 50
CHIPS: Final = (
    CampaignState.RUNNING,
    NEEDS,
    CampaignState.PAUSED,
    CampaignState.SCHEDULED,
    CampaignState.DRAFT,
    CampaignState.FINISHED,
    CampaignState.ARCHIVED,
)
ALWAYS: Final = {CampaignState.RUNNING, NEEDS}
"""Chips that stay when they would show nothing."""


@requires(CAMPAIGNS_VIEW)
@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """One page of campaigns, most urgent first; the table alone for a refresh."""
    actor, now = actor_of(request), utc_now()
    wanted = _wanted(request)
    given = shared.get(
        ("campaigns", request.get_full_path(), *reader_key(request), whose(request)),
        lambda: _page(request, wanted, now),
    )
    rows = [(row, choices(row.row.campaign, actor, now), asked(row.row.campaign)) for row in given["listed"]]
    given = given | {"rows": rows, "here": request.get_full_path(), "faults": FAULTS}
    if refreshes(request, "campaigns"):
        return render(request, "supervision/_campaigns.html", given)
    given |= {"wanted": wanted, "modes": _modes(request), "authors": _authors(request), "needs": NEEDS}
    return render(request, "supervision/campaigns.html", given)


def whose(request: HttpRequest) -> int | None:
    """Those who run no campaigns see those they take part in: everybody has a list of his own."""
    actor = actor_of(request)
    runs = actor.can("campaigns.manage") or actor.can("campaigns.run")
    return None if runs or actor.user is None else actor.user.pk


def _wanted(request: HttpRequest) -> ListFilter:
    state, mode = request.GET.get("state", ""), request.GET.get("mode", "")
    return ListFilter(
        state=state if state in {NEEDS, *CampaignState} else "",
        mode=mode if mode in set(DialMode) else "",
        author=number_in(request, "author"),
        search=request.GET.get("q", "").strip().replace("\x00", ""),
    )


def _page(request: HttpRequest, wanted: ListFilter, now: Instant) -> dict[str, Any]:
    actor, after = actor_of(request), _place(request)
    found = listed.urgent_first(actor, listed.narrowed(actor, wanted), after=after, limit=PAGE + 1)
    more, found = len(found) > PAGE, found[:PAGE]
    counts = listed.kinds(actor, wanted)
    live = live_calls(actor.organisation.pk)
    rows = listed.with_today(found, live, now)
    return {
        "listed": rows,
        "chips": _chips(counts, wanted),
        "all": counts[wanted.state],
        "waiting": sum(row.row.waiting for row in rows),
        "lines": sum(map(len, live.values())),  # of campaigns and by hand, against the licence (CAM-471)
        "licence": actor.organisation.licence_calls,
        "next": address(request, after=f"{found[-1][0]}.{found[-1][1].pk}") if more else "",
        "previous": address(request) if after else "",
        "narrowed": wanted != ListFilter(),
    }


def _place(request: HttpRequest) -> Place | None:
    urgency, _dot, campaign = request.GET.get("after", "").partition(".")
    if not (urgency + campaign).isascii() or not urgency.isdecimal() or not campaign.isdecimal():
        return None
    return Place(int(urgency), int(campaign)) if len(urgency) < 3 and len(campaign) < 19 else None


def _chips(counts: Any, wanted: ListFilter) -> list[Chip]:
    kept = {"q": wanted.search, "mode": wanted.mode, "author": wanted.author or ""}
    kept = {name: value for name, value in kept.items() if value}
    made = [Chip(_("All"), "?" + urlencode(kept), not wanted.state, counts[""])]
    for chip in CHIPS:
        if not counts[chip] and chip not in ALWAYS and chip != wanted.state:
            continue
        kind, word = ("fault", _("Needs you")) if chip == NEEDS else said("campaign", chip)
        made.append(Chip(word, "?" + urlencode({"state": chip, **kept}), chip == wanted.state, counts[chip], kind))
    return made


def _modes(request: HttpRequest) -> list[tuple[str, str]]:
    used = visible(actor_of(request)).order_by().values_list("mode", flat=True).distinct()
    return [(mode, said("mode", mode)[1]) for mode in DialMode if mode in set(used)]


def _authors(request: HttpRequest) -> list[User]:
    authors = visible(actor_of(request)).order_by().values("author")
    return list(User.objects.filter(pk__in=authors).order_by("name", "pk")[:200])
