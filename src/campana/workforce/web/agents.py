"""Who takes calls, where their telephones are, and what they are doing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go, tell
from campana.engine.words import Presence
from campana.kernel.refusals import Invalid, Refused
from campana.ui.sheets import sheet
from campana.workforce import operations, queries, web
from campana.workforce.operations.agents import stamp_of
from campana.workforce.web.forms import AgentForm, NewAgentForm


class NoSuchPresence(Invalid):
    code = "no_such_presence"
    detail = "Choose ready, not ready or off."


@requires(permissions.AGENTS_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def agents(request: ActorRequest) -> HttpResponse:
    """The list; a POST makes a person an agent."""
    people = [(str(user.pk), user.name) for user in queries.people_without_agent(request.actor)[:500]]
    form, status = NewAgentForm(people, request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                operations.add_agent(actor=request.actor, now=web.now(), **form.cleaned_data)
                messages.success(request, _("The agent is added."))
                return go(request, reverse("workforce:agents"))
            except Refused as refused:
                status = tell(form, refused)
    context = {"page": sheet(request, queries.agents(request.actor), "user__name"), "form": form, "people": people}
    return render(request, "workforce/agents.html", context, status=status)


@requires(permissions.AGENTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def agent(request: ActorRequest, pk: int) -> HttpResponse:
    found = queries.agent(request.actor, pk)
    if request.method == "DELETE":
        operations.remove_agent(agent_id=pk, actor=request.actor, now=web.now())
        return go(request, reverse("workforce:agents"))
    initial = {"endpoint": found.endpoint, "daily_quota": found.daily_quota or ""}
    form, status = AgentForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                given = form.cleaned_data | {"seen": request.POST.get("seen")}
                operations.change_agent(agent_id=pk, actor=request.actor, now=web.now(), **given)
                messages.success(request, _("Saved."))
                return go(request, reverse("workforce:agents"))
            except Refused as refused:
                status = tell(form, refused)
    seen = request.POST.get("seen", "") if form.is_bound else stamp_of(found)
    return render(request, "workforce/agent.html", {"agent": found, "form": form, "seen": seen}, status=status)


@requires(permissions.AGENTS_MANAGE)
@require_http_methods(["PUT", "POST"])
def presence(request: ActorRequest, pk: int) -> HttpResponse:
    """A supervisor sets what an agent asked for; during a call it comes with the end of the call."""
    queries.agent(request.actor, pk)
    values = request.POST if request.method == "POST" else request.GET
    try:
        wanted = Presence(values.get("presence", ""))
    except ValueError:
        raise NoSuchPresence(field="presence") from None
    operations.set_presence(agent_id=pk, actor=request.actor, presence=wanted, now=web.now())
    messages.success(request, _("Asked for. During a call it comes with the end of the call."))
    return go(request, reverse("workforce:agents"))
