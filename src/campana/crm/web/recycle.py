"""The recycle bin."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.accounts.web.lists import listing
from campana.crm import web
from campana.crm.operations import recycle
from campana.crm.queries.recycle import deleted
from campana.crm.web.tables import DELETED


@requires(permissions.CONTACTS_RESTORE)
@require_GET
def recycle_bin(request: ActorRequest) -> HttpResponse:
    rows = deleted(request.actor.organisation).prefetch_related("numbers")
    context = {"listing": listing(request, DELETED, rows), "days": recycle.KEPT.days}
    return render(request, "crm/recycle_bin.html", context)


@requires(permissions.CONTACTS_RESTORE)
@require_POST
def ticked(request: ActorRequest) -> HttpResponse:
    """Restore or erase; the operations look at the permission of each."""
    ids = [int(text) for text in request.POST.getlist("ids") if text.isascii() and text.isdecimal() and len(text) < 19]
    if request.POST.get("act") == "erase":
        n = recycle.erase_contacts(actor=request.actor, ids=ids, now=web.now())
        said = ngettext("%(count)s contact is erased.", "%(count)s contacts are erased.", n)
    else:
        n = recycle.restore_contacts(actor=request.actor, ids=ids, now=web.now())
        said = ngettext(
            "%(count)s contact is back in the directory.", "%(count)s contacts are back in the directory.", n
        )
    if n:
        messages.success(request, said % {"count": n})
    else:
        messages.info(request, _("They are no longer in the recycle bin."))
    return go(request, reverse("crm:recycle_bin"))
