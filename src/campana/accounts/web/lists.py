"""What every list of the product shares: the reader's columns and saved views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campana.accounts.access import ActorRequest, signed_in
from campana.accounts.models import SavedView
from campana.accounts.operations import views as operations
from campana.accounts.web.answers import go
from campana.ui.asking import number_in
from campana.ui.tables import Listing, Page, Table, Window, listing_of
from campana.ui.tables.listing import View


def listing(
    request: ActorRequest,
    table: Table,
    rows: QuerySet[Any],
    *,
    options: Mapping[str, list[tuple[str, str]]] | None = None,
    order: str = "",
    everything: str = "",
    window: Window[Any] | None = None,
    page: Page[Any] | None = None,
) -> Listing:
    """The page of ``rows`` that is asked for, with the columns and views of the reader. ``order``: where nobody chose
    one, instead of the table's; ``page``: where the rows were read already."""
    mine = list(SavedView.objects.filter(user=request.user, table=table.key).order_by("name", "pk"))
    opened = number_in(request, "view")
    here = next((view for view in mine if view.pk == opened and view.name), None)
    plain = next((view for view in mine if not view.name), None)
    chosen = here or plain
    views = [View(view.pk, view.name, _address(view), view is here) for view in mine if view.name]
    columns = chosen.columns if chosen else None
    return listing_of(
        request,
        table,
        rows,
        chosen=columns,
        views=views,
        options=options,
        order=order,
        everything=everything,
        window=window,
        page=page,
    )


@signed_in
@require_POST
def columns(request: ActorRequest, table: str) -> HttpResponse:
    """The ticked ``column`` of a list, for the saved ``view`` that is open, or for the list as such."""
    written = request.POST.get("view", "")
    view = int(written) if written.isascii() and written.isdecimal() and len(written) < 19 else None
    operations.choose_columns(actor=request.actor, table=table, columns=request.POST.getlist("column"), view=view)
    return go(request, _back(request))


@signed_in
@require_POST
def views(request: ActorRequest, table: str) -> HttpResponse:
    """Keep what the reader looks at under a name."""
    name = request.POST.get("name", "")
    made = operations.save_view(actor=request.actor, table=table, name=name, query=request.POST.get("query", ""))
    messages.success(request, _("The view %(name)s is saved.") % {"name": made.name})
    return go(request, _back(request).partition("?")[0] + _address(made))


@signed_in
@require_http_methods(["DELETE"])
def view(request: ActorRequest, pk: int) -> HttpResponse:
    gone = operations.delete_view(actor=request.actor, view=pk)
    messages.success(request, _("The view %(name)s is deleted.") % {"name": gone.name})
    return go(request, _back(request).partition("?")[0])


def _address(view: SavedView) -> str:
    return f"?{view.query}&view={view.pk}" if view.query else f"?view={view.pk}"


def _back(request: ActorRequest) -> str:
    """The list the request came from, and nowhere outside the site."""
    way = request.POST.get("next", "") or request.GET.get("next", "")
    safe = way.startswith("/") and url_has_allowed_host_and_scheme(way, allowed_hosts=None)
    return way if safe else "/"
