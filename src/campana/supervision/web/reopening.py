"""The page on which contacts of a finished or paused campaign are returned to dialling, or started again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from campana.accounts.access import actor_of, requires
from campana.accounts.permissions import CAMPAIGNS_RUN
from campana.campaigns import operations
from campana.campaigns.models import Campaign
from campana.campaigns.queries import runs
from campana.campaigns.transitions import Verb, move
from campana.engine.words import StartKind
from campana.kernel.clock import Instant, utc_now
from campana.kernel.refusals import Invalid, Refused
from campana.kernel.wall_clock import typed_moment
from campana.scripts.models import Result
from campana.supervision import queries
from campana.ui.words import refusal_words

NAMES: dict[str, Promise] = {
    "all": gettext_lazy("All contacts"),
    "not_reached": gettext_lazy("Not reached"),
    "no_answer": gettext_lazy("Last outcome: no answer"),
    "busy": gettext_lazy("Last outcome: busy"),
    "machine": gettext_lazy("Last outcome: answering machine"),
    "abandoned": gettext_lazy("Last outcome: abandoned"),
    "not_processed": gettext_lazy("Not processed"),
}


@requires(CAMPAIGNS_RUN)
@require_http_methods(["GET", "POST"])
def reopening(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """GET shows what would happen; POST does it. Ticked contacts come as ``ids``."""
    actor = actor_of(request)
    campaign = queries.campaign_of(actor, campaign_id)
    if request.method == "GET":
        move(campaign.state, campaign.wanted, Verb.RESTART, reason=campaign.state_reason)
        return render(request, "supervision/reopening.html", _context(request, campaign))
    try:
        done = operations.reopen_campaign(
            campaign=campaign,
            actor=actor,
            how="restart" if request.POST.get("how") == "restart" else "return",
            selection=_selection(request),
            start_at=_moment(request, campaign, "start_at"),
            end_at=_moment(request, campaign, "end_at"),
            now=utc_now(),
        )
    except (Invalid, operations.NobodyToReturn) as wrong:
        return render(request, "supervision/reopening.html", _context(request, campaign, wrong), status=wrong.status)
    messages.success(request, _said(done))
    return HttpResponseRedirect(reverse("supervision:campaign", args=[campaign_id]))


def _said(done: operations.Reopened) -> str:
    words = ngettext("{n} contact will be called again.", "{n} contacts will be called again.", done.returned)
    text = words.format(n=done.returned)
    if done.kept:
        kept = ngettext("{n} stays as it is.", "{n} stay as they are.", done.kept)
        text += " " + kept.format(n=done.kept)
    return text


def _context(request: HttpRequest, campaign: Campaign, wrong: Refused | None = None) -> dict[str, Any]:
    now, ids = utc_now(), _ids(request)
    counts = runs.choices_of(campaign)
    names = dict(Result.objects.filter(organisation=campaign.organisation_id).values_list("pk", "name"))
    options = [(key, f"{word} ({counts[key]})") for key, word in NAMES.items() if counts[key] or key == "all"]
    options += [(f"result-{pk}", _("Result: {name} ({n})").format(name=names[pk], n=n))
                for pk, n in runs.results_of(campaign) if pk in names]  # fmt: skip
    posted = request.POST
    return {
        "campaign": campaign,
        "ids": ids,
        "options": options,
        "chosen": posted.get("selection", "all"),
        "how": posted.get("how", "return"),
        "end_passed": campaign.end_at is not None and campaign.end_at <= now,
        "automatic": campaign.start_kind == StartKind.AUTOMATIC,
        "start_typed": posted.get("start_at", ""),
        "end_typed": posted.get("end_at", ""),
        "zone": campaign.organisation.time_zone,
        "runs": runs.runs_of(campaign),
        "wrong": refusal_words(wrong) if wrong else "",
        "field": getattr(wrong, "field", None) or "selection",
    }


def _ids(request: HttpRequest) -> list[int]:
    given = (request.POST if request.method == "POST" else request.GET).getlist("ids")
    return [int(written) for written in given if written.isascii() and written.isdecimal() and len(written) < 19]


def _selection(request: HttpRequest) -> operations.Selection:
    ids, name = _ids(request), request.POST.get("selection", "")
    if ids:
        return operations.Selection("tasks", tasks=ids)
    if name.startswith("result-") and name.removeprefix("result-").isdecimal():
        return operations.Selection("result", result=int(name.removeprefix("result-")))
    return operations.Selection(name)


def _moment(request: HttpRequest, campaign: Campaign, name: str) -> Instant | None:
    """As the organisation's clock reads it."""
    return typed_moment(request.POST.get(name, ""), campaign.organisation.time_zone, field=name)
