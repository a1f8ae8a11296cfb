"""One campaign: live figures, its contacts, attempts and log."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from campana.accounts.access import ActorRequest, actor_of, requires
from campana.accounts.actors import Actor
from campana.accounts.audit_changes import changes
from campana.accounts.audit_names import names_of
from campana.accounts.permissions import CALLS_VIEW, CAMPAIGNS_MANAGE, CAMPAIGNS_VIEW
from campana.accounts.web.lists import listing
from campana.calls import queries as calls
from campana.calls.models import Attempt
from campana.calls.web.tables import OF_CAMPAIGN, calls_of, with_answers
from campana.campaigns.models import Campaign
from campana.engine.words import Outcome, TaskState
from campana.kernel.clock import Instant, utc_now
from campana.supervision import queries, words
from campana.supervision.web import narrowing
from campana.supervision.web.choices import asked, choices
from campana.supervision.web.figures import live_figures
from campana.supervision.web.shared import reader_key, shared
from campana.ui.asking import address, number_in, refreshes
from campana.ui.parts import Tab
from campana.ui.tables import Page, page_of


@requires(CAMPAIGNS_VIEW)
@require_GET
def live(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The figures, drawn once a second for all who see the same; a refresh is they and the counts of the tabs."""
    actor, now = actor_of(request), utc_now()
    campaign = queries.campaign_of(actor, campaign_id)

    def draw() -> tuple[str, int, int]:
        given = {"campaign": campaign, **live_figures(campaign, actor, now)}
        figures = given["figures"]
        return render_to_string("supervision/_live.html", given, request), figures.contacts, figures.attempts

    region, *counts = shared.get(("live", campaign.pk, _seen(campaign), *reader_key(request)), draw)
    if refreshes(request, "live"):
        beside = {"tabs": _tabs(campaign, actor, "live", counts)}
        return HttpResponse(region + render_to_string("ui/parts/tab_counts.html", beside, request))
    given = _frame(campaign, actor, now, "live", counts) | {"region": mark_safe(region)}
    return render(request, "supervision/live.html", given)


@requires(CAMPAIGNS_VIEW)
@require_GET
def head(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """State and verbs; 204 while they are as the page shows them."""
    given = frame_of(request, campaign_id, "")
    if request.GET.get("seen") == given["seen"]:
        return HttpResponse(status=204)
    return render(request, "supervision/_head.html", given)


@requires(CALLS_VIEW)
@require_GET
def contacts(request: HttpRequest, campaign_id: int) -> HttpResponse:
    given = frame_of(request, campaign_id, "contacts")
    campaign, now, group = given["campaign"], given["now"], request.GET.get("state", "")
    wanted = narrowing.asked_for(request, campaign, now)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = queries.task_page(campaign, wanted, after=after, before=before)
    kept = {name: request.GET.get(name, "") for name in ("state", "why", "zone") if request.GET.get(name, "")}
    given |= {
        "page": page,
        "kept": kept.items(),
        "search": wanted.search,
        "narrowed": bool(wanted.search or kept),
        "reason": narrowing.reason_words(request),
        "chips": narrowing.state_chips(campaign, group, wanted.search, now),
        "previous": address(request, before=page.before) if page.before else "",
        "next": address(request, after=page.after) if page.after else "",
    }
    return render(request, "supervision/contacts.html", given)


@requires(CALLS_VIEW)
@require_GET
def contact(request: HttpRequest, campaign_id: int, task_id: int) -> HttpResponse:
    """The way of one contact through the campaign: every attempt, and every time it was passed over."""
    given = frame_of(request, campaign_id, "contacts")
    task = queries.task_of(given["campaign"], task_id)
    given |= {"task": task, "events": calls.of_task(task, actor_of(request)), "over": TaskState(task.state).final}
    return render(request, "supervision/contact.html", given)


@requires(CALLS_VIEW)
@require_GET
def attempts(request: HttpRequest, campaign_id: int) -> HttpResponse:
    given = frame_of(request, campaign_id, "attempts")
    outcome = request.GET.get("outcome", "")
    wanted = calls.AttemptFilter(
        campaign=campaign_id,
        outcome=outcome if outcome in {"live", *Outcome} else "",
        number=request.GET.get("q", ""),
        agent=number_in(request, "agent"),
    )
    rows = calls.narrowed(actor_of(request), wanted)
    table = calls_of(given["campaign"].organisation, OF_CAMPAIGN)
    page = _page(request, rows, by_number=bool(wanted.digits))
    shown = listing(cast(ActorRequest, request), table, rows, page=page)
    with_answers(shown)
    given |= {"wanted": wanted, "outcomes": list(Outcome), "listing": shown}
    return render(request, "supervision/attempts.html", given)


def _page(request: HttpRequest, rows: QuerySet[Attempt], *, by_number: bool) -> Page[Attempt]:
    """Newest first, or in the order of the numbers that were looked for."""
    if by_number:
        after, before = request.GET.get("after", ""), request.GET.get("before", "")
        named = rows.select_related(*calls.WITH_NAMES)
        return page_of(named, sort="number", down=False, size=OF_CAMPAIGN.size, after=after, before=before)
    found = calls.page(rows, before=number_in(request, "after"), after=number_in(request, "before"), of_campaign=True)
    return Page(found.rows, before=str(found.newer or ""), after=str(found.older or ""))


@requires(CAMPAIGNS_MANAGE)
@require_GET
def log(request: HttpRequest, campaign_id: int) -> HttpResponse:
    given = frame_of(request, campaign_id, "log")
    entries = queries.log_of(given["campaign"], before=number_in(request, "before"))
    more, shown = len(entries) > queries.PAGE, entries[: queries.PAGE]
    names = names_of(given["campaign"].organisation_id, shown)
    given |= {
        "entries": [(words.action(entry.action), entry, changes(entry, names)) for entry in shown],
        "next": address(request, before=shown[-1].pk) if more else "",
    }
    return render(request, "supervision/log.html", given)


def frame_of(request: HttpRequest, campaign_id: int, tab: str) -> dict[str, Any]:
    """What stands around every tab of a campaign; rooms above have tabs of their own."""
    actor = actor_of(request)
    campaign = queries.campaign_of(actor, campaign_id)
    counts = campaign.task_tallies.aggregate(n=Sum("n")), campaign.tallies.aggregate(n=Sum("n"))
    return _frame(campaign, actor, utc_now(), tab, [found["n"] or 0 for found in counts])


def _frame(campaign: Campaign, actor: Actor, now: Instant, tab: str, counts: list[int]) -> dict[str, Any]:
    """``counts``: of its contacts and attempts."""
    return {
        "campaign": campaign,
        "tab": tab,
        "tabs": _tabs(campaign, actor, tab, counts),
        "now": now,
        "choices": choices(campaign, actor, now),
        "asked": asked(campaign),
        "seen": _seen(campaign),
    }


def _seen(campaign: Campaign) -> str:
    """Changes whenever state or verbs do."""
    return f"{campaign.version}/{campaign.state}/{campaign.state_reason}/{campaign.held_code}/{campaign.wanted}"


def _tabs(campaign: Campaign, actor: Actor, tab: str, counts: list[int]) -> list[Tab]:
    """The pages of a campaign that the reader may open."""
    contacts, attempts = counts
    known = (
        ("live", "supervision:campaign", _("Live"), None, CAMPAIGNS_VIEW),
        ("contacts", "supervision:contacts", _("Contacts"), contacts, CALLS_VIEW),
        ("attempts", "supervision:attempts", _("Attempts"), attempts, CALLS_VIEW),
        ("forecast", "forecasting:forecast", _("Forecast"), None, CAMPAIGNS_MANAGE),
        ("settings", "campaigns:settings", _("Settings"), None, CAMPAIGNS_MANAGE),
        ("log", "supervision:log", _("Log"), None, CAMPAIGNS_MANAGE),
    )
    return [
        Tab(word, reverse(route, args=[campaign.pk]), name == tab, count, name)
        for name, route, word, count, permission in known
        if actor.can(permission)
    ]
