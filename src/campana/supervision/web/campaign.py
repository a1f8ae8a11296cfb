"""One campaign: live figures, its contacts, attempts and log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from campana.accounts.access import actor_of, requires
from campana.accounts.permissions import CALLS_VIEW, CAMPAIGNS_MANAGE, CAMPAIGNS_VIEW
from campana.calls import queries as calls
from campana.campaigns.queries.statistics import per_agent, statistics
from campana.campaigns.queries.why import why_not_dialling
from campana.engine.words import Outcome, TaskState
from campana.kernel.clock import utc_now
from campana.supervision import queries, words
from campana.supervision.web.choices import asked, choices
from campana.ui.asking import address, number_in, refreshes


@requires(CAMPAIGNS_VIEW)
@require_GET
def live(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The figures; they alone for a refresh."""
    given = _context(request, campaign_id, "live")
    campaign = given["campaign"]
    why = why_not_dialling(campaign, now=given["now"])
    actor = actor_of(request)
    everybody = actor.can(CALLS_VIEW)
    figures = statistics(campaign)
    given |= {
        "figures": figures,
        "stops": [(*words.why(reason.code), reason) for reason in why.stops],
        "reasons": [(*words.why(reason.code), reason) for reason in why.contacts],
        "outcomes": sorted(figures.by_outcome.items(), key=lambda row: (-row[1], row[0])),
        "results": calls.results(campaign),
        "seats": queries.floor(actor, campaign) if everybody else [],
        "people": per_agent(campaign, actor) if everybody else [],
        "everybody": everybody,
    }
    template = "_live" if refreshes(request, "live") else "live"
    return render(request, f"supervision/{template}.html", given)


@requires(CAMPAIGNS_VIEW)
@require_GET
def head(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """State and verbs; 204 while they are as the page shows them."""
    given = _context(request, campaign_id, "")
    if request.GET.get("seen") == given["seen"]:
        return HttpResponse(status=204)
    return render(request, "supervision/_head.html", given)


@requires(CALLS_VIEW)
@require_GET
def contacts(request: HttpRequest, campaign_id: int) -> HttpResponse:
    given = _context(request, campaign_id, "contacts")
    state, search = request.GET.get("state", ""), request.GET.get("q", "").strip()
    rows = queries.tasks_of(given["campaign"], state=state if state in set(TaskState) else "", search=search)
    page = queries.task_page(rows, after=number_in(request, "after"), before=number_in(request, "before"))
    given |= {
        "page": page,
        "state": state,
        "search": search,
        "states": list(TaskState),
        "previous": address(request, before=page.first) if page.first else "",
        "next": address(request, after=page.last) if page.last else "",
    }
    return render(request, "supervision/contacts.html", given)


@requires(CALLS_VIEW)
@require_GET
def contact(request: HttpRequest, campaign_id: int, task_id: int) -> HttpResponse:
    """The way of one contact through the campaign: every attempt, and every time it was passed over."""
    given = _context(request, campaign_id, "contacts")
    task = queries.task_of(given["campaign"], task_id)
    given |= {"task": task, "events": calls.of_task(task, actor_of(request)), "over": TaskState(task.state).final}
    return render(request, "supervision/contact.html", given)


@requires(CALLS_VIEW)
@require_GET
def attempts(request: HttpRequest, campaign_id: int) -> HttpResponse:
    given = _context(request, campaign_id, "attempts")
    outcome = request.GET.get("outcome", "")
    wanted = calls.AttemptFilter(
        campaign=campaign_id,
        outcome=outcome if outcome in {"live", *Outcome} else "",
        number=request.GET.get("q", ""),
        agent=number_in(request, "agent"),
    )
    rows = calls.narrowed(actor_of(request), wanted)
    page = calls.page(rows, before=number_in(request, "before"), after=number_in(request, "after"))
    given |= {
        "page": page,
        "wanted": wanted,
        "outcomes": list(Outcome),
        "previous": address(request, after=page.newer) if page.newer else "",
        "next": address(request, before=page.older) if page.older else "",
    }
    return render(request, "supervision/attempts.html", given)


@requires(CAMPAIGNS_MANAGE)
@require_GET
def log(request: HttpRequest, campaign_id: int) -> HttpResponse:
    given = _context(request, campaign_id, "log")
    entries = queries.log_of(given["campaign"], before=number_in(request, "before"))
    more, shown = len(entries) > queries.PAGE, entries[: queries.PAGE]
    given |= {
        "entries": [(words.action(entry.action), entry) for entry in shown],
        "next": address(request, before=shown[-1].pk) if more else "",
    }
    return render(request, "supervision/log.html", given)


def _context(request: HttpRequest, campaign_id: int, tab: str) -> dict[str, Any]:
    actor, now = actor_of(request), utc_now()
    campaign = queries.campaign_of(actor, campaign_id)
    return {
        "campaign": campaign,
        "tab": tab,
        "now": now,
        "choices": choices(campaign, actor, now),
        "asked": asked(campaign),
        "seen": f"{campaign.version}/{campaign.state}/{campaign.state_reason}/{campaign.held_code}/{campaign.wanted}",
    }
