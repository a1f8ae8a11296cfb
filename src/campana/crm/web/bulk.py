"""What is done with ticked contacts: one address, the button's ``act`` says what."""

from __future__ import annotations

import csv
import io

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.web.answers import go
from campana.crm import operations, web
from campana.crm.models import ContactNumber
from campana.crm.operations import bulk as many
from campana.crm.queries.contacts import contacts
from campana.crm.queries.groups import group_of
from campana.kernel.phone import masked
from campana.ui.moments import phone
from campana.ui.spreadsheets import harmless


@requires(permissions.CONTACTS_VIEW)
@require_POST
def ticked(request: ActorRequest) -> HttpResponse:
    """The operations look at the permission of each act."""
    ids = [int(text) for text in request.POST.getlist("ids") if text.isascii() and text.isdecimal() and len(text) < 19]
    act = request.POST.get("act", "")
    if act == "export":
        return _export(request, ids)
    messages.success(request, _done(request, act, ids))
    return go(request, _back(request))


def _done(request: ActorRequest, act: str, ids: list[int]) -> str:
    actor, now = request.actor, web.now()
    if act == "group":
        group = group_of(actor.organisation, _number(request, "group") or 0)
        n = operations.add_to_group(actor=actor, group=group, ids=ids, now=now)
        text = ngettext("%(count)s contact joined %(group)s.", "%(count)s contacts joined %(group)s.", n)
        return text % {"count": n, "group": group.name} if n else _("All were members already.")
    if act == "owner":
        n = many.change_owner(actor=actor, ids=ids, owner=_number(request, "owner"), now=now)
        return ngettext("%(count)s contact has a new owner.", "%(count)s contacts have a new owner.", n) % {"count": n}
    if act == "suppress":
        reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
        n = many.suppress_contacts(actor=actor, ids=ids, reason=reason, note=note, now=now)
        text = ngettext(
            "%(count)s contact is on the do-not-call list.", "%(count)s contacts are on the do-not-call list.", n
        )
        return text % {"count": n}
    if act == "delete":
        n = many.delete_contacts(actor=actor, ids=ids, now=now)
        return ngettext("%(count)s contact is in the recycle bin.", "%(count)s contacts are in the recycle bin.", n) % {
            "count": n
        }
    raise many.NobodyTicked


def _export(request: ActorRequest, ids: list[int]) -> HttpResponse:
    """CSV with a byte order mark, so that spreadsheet programs read it as UTF-8; nothing in it is a formula."""
    actor = request.actor
    actor.require(permissions.CONTACTS_EXPORT)
    if not 0 < len(ids) <= many.MOST:
        raise many.NobodyTicked
    rows = contacts(actor.organisation).filter(pk__in=ids).select_related("owner").prefetch_related("numbers")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((_("Full name"), _("Phone"), _("E-mail"), _("Organisation"), _("Position"), _("Owner"), _("Added")))
    for row in rows.order_by("-pk"):
        numbers = ", ".join(_shown(request, number) for number in row.numbers.all())
        cells = (row.name, numbers, row.email, row.company, row.position, row.owner.name if row.owner else "")
        writer.writerow([*map(harmless, cells), row.created_at.isoformat()])
    record_audit(
        actor=actor,
        action="contact.export",
        object_type="contact",
        object_id=0,
        now=web.now(),
        after={"contacts": len(ids)},
    )
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="contacts.csv"'
    return answer


def _shown(request: ActorRequest, number: ContactNumber) -> str:
    if request.actor.masks_numbers:
        return masked(number.number or number.raw)
    return phone(number.number) if number.valid else number.raw


def _number(request: ActorRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _back(request: ActorRequest) -> str:
    way = request.POST.get("next", "")
    safe = way.startswith("/") and url_has_allowed_host_and_scheme(way, allowed_hosts=None)
    return way if safe else reverse("crm:contacts")
