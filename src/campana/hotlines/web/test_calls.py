"""The test call of a trunk: asked for, watched, hung up."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go, tell
from campana.hotlines import operations, queries, web
from campana.hotlines.models import TestCall
from campana.hotlines.web.forms import TestCallForm
from campana.hotlines.web.trunk_page import caller_ids, log, shown
from campana.kernel.refusals import Refused


@requires(permissions.HOTLINES_MANAGE)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def test_calls(request: ActorRequest, pk: int) -> HttpResponse:
    """GET is the fragment that follows a call; POST asks for one; DELETE hangs up what goes on."""
    trunk = queries.trunk(request.actor, pk)
    if request.method == "POST":
        form, status = TestCallForm(caller_ids(request, trunk), request.POST), 422
        if form.is_valid():
            try:
                operations.ask_test_call(actor=request.actor, trunk_id=pk, now=web.now(), **form.cleaned_data)
                return go(request, reverse("hotlines:trunk", args=[pk]) + "#test-calls")
            except Refused as refused:
                status = tell(form, refused)
        return render(request, "hotlines/trunk.html", shown(request, trunk, test=form), status=status)
    if request.method == "DELETE":
        for row in TestCall.objects.filter(organisation=request.actor.organisation, trunk=trunk, ended_at=None):
            operations.end_test_call(actor=request.actor, test_call_id=row.pk, now=web.now())
    return render(request, "hotlines/_test_calls.html", {"trunk": trunk, **log(request, trunk)})
