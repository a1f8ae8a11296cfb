"""Links to the wallboard for screens in the hall."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import base_of, go, tell
from campana.kernel.clock import utc_now
from campana.kernel.refusals import Refused
from campana.supervision.operations import make_wall_link, revoke_wall_link
from campana.supervision.operations.wall_links import LONGEST
from campana.supervision.queries.wall_links import wall_links
from campana.ui.asking import address, number_in

PAGE: Final = 50


class LinkForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=LONGEST, help_text=gettext_lazy("Where the screen hangs.")
    )
    days = forms.TypedChoiceField(
        label=pgettext_lazy("how long", "Valid"),
        choices=[
            ("1", gettext_lazy("One day")),
            ("30", gettext_lazy("30 days")),
            ("365", gettext_lazy("One year")),
        ],
        initial="30",
        coerce=int,
    )
    shows_names = forms.BooleanField(label=gettext_lazy("Show the agents’ names"), required=False)


@requires(permissions.AGENTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: ActorRequest) -> HttpResponse:
    """The list with a form for a new link; the answer to the POST shows its address, and nothing ever again."""
    form, status = LinkForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                link, token = make_wall_link(actor=request.actor, now=utc_now(), **form.cleaned_data)
                way = base_of(request) + reverse("supervision:wall_by_link", args=[token])
                return render(request, "supervision/wall_link_made.html", {"link": link, "address": way})
            except Refused as refused:
                status = tell(form, refused)
    return render(request, "supervision/wall_links.html", {"form": form, **_page(request)}, status=status)


@requires(permissions.AGENTS_MANAGE)
@require_http_methods(["DELETE"])
def link(request: ActorRequest, pk: int) -> HttpResponse:
    gone = revoke_wall_link(actor=request.actor, link_id=pk, now=utc_now())
    messages.success(request, _("The link %(name)s is revoked.") % {"name": gone.name})
    return go(request, reverse("supervision:wall_links"))


def _page(request: ActorRequest) -> dict[str, Any]:
    before, now = number_in(request, "before"), utc_now()
    rows = wall_links(request.actor)
    found = list((rows.filter(pk__lt=before) if before is not None else rows)[: PAGE + 1])
    return {
        "rows": [(row, row.expires_at <= now) for row in found[:PAGE]],
        "first": address(request) if before is not None else "",
        "next": address(request, before=found[PAGE - 1].pk) if len(found) > PAGE else "",
    }
