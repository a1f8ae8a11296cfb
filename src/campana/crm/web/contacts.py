"""The list of contacts and one contact."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.models import User
from campana.accounts.web.answers import go, tell
from campana.accounts.web.lists import listing
from campana.crm import operations, web
from campana.crm.models import CustomField
from campana.crm.queries.contacts import WINDOW, contact_of, looks_for_words, of_list
from campana.crm.queries.contacts import contacts as all_contacts
from campana.crm.queries.filters import filters as saved_filters
from campana.crm.queries.groups import groups
from campana.crm.queries.imports import suppressions as in_force
from campana.crm.web import acts
from campana.crm.web.forms import REASONS, ContactForm, SuppressionForm
from campana.crm.web.tables import CONTACTS
from campana.kernel.refusals import Refused
from campana.ui.tables import Window


@requires(permissions.CONTACTS_VIEW)
@require_GET
def contacts(request: ActorRequest) -> HttpResponse:
    organisation = request.actor.organisation
    looked_at = acts.looked_at(request.GET)
    rows = of_list(request.actor, looked_at, web.now()).select_related("owner").prefetch_related("numbers")
    rows = rows.annotate(marked=Exists(in_force(organisation, web.now()).filter(contact=OuterRef("pk"))))
    pool = list(groups(organisation).order_by("name"))
    people = User.objects.filter(organisation=organisation).order_by("name").values_list("pk", "name")
    options = {
        "group": [(str(each.pk), each.name) for each in pool],
        "owner": [("", _("Nobody")), *((str(pk), name) for pk, name in people)],
        "reason": [(code, str(word)) for code, word in REASONS],
    }
    context = {
        "listing": listing(
            request,
            CONTACTS,
            rows,
            options=options,
            everything=acts.address_of(looked_at),
            window=Window(all_contacts(organisation), WINDOW)
            if looks_for_words(organisation, looked_at["q"])
            else None,
        ),
        "words": looked_at["q"],
        "filters": saved_filters(request.actor).order_by("name"),
        "pool": pool,
        "chosen": looked_at["filter"],
        "group": looked_at["group"],
    }
    return render(request, "crm/contacts.html", context)


@requires(permissions.CONTACTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_contact(request: ActorRequest) -> HttpResponse:
    form, status = ContactForm(request.actor.organisation, request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = operations.create_contact(actor=request.actor, values=form.values(), now=web.now())
            except Refused as refused:
                status = tell(form, refused)
            else:
                messages.success(request, _("Saved."))
                return go(request, reverse("crm:contact", args=[made.pk]))
    return render(request, "crm/contact_new.html", {"form": form}, status=status)


@requires(permissions.CONTACTS_VIEW)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def contact(request: ActorRequest, pk: int) -> HttpResponse:
    """GET shows, POST changes, DELETE moves into the recycle bin; the operations look at the permission."""
    organisation = request.actor.organisation
    found = contact_of(organisation, pk)
    if request.method == "DELETE":
        operations.delete_contact(actor=request.actor, contact=found, now=web.now())
        messages.success(request, _("%(name)s is in the recycle bin.") % {"name": found.name or _("The contact")})
        return go(request, reverse("crm:contacts"))
    form, status = ContactForm(organisation, request.POST or None, initial=ContactForm.initial_of(found)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values, version = form.values(), form.cleaned_data["version"]
            try:
                operations.update_contact(
                    actor=request.actor, contact=found, values=values, version=version, now=web.now()
                )
            except Refused as refused:
                status = tell(form, refused)
            else:
                messages.success(request, _("Saved."))
                return go(request, reverse("crm:contact", args=[pk]))
    context: dict[str, Any] = {
        "contact": found,
        "form": form,
        "marks": in_force(organisation, web.now()).filter(contact=found),
        "suppression_form": SuppressionForm(),
        "card": [
            (field, found.fields.get(field.key)) for field in CustomField.objects.filter(organisation=organisation)
        ],
    }
    return render(request, "crm/contact.html", context, status=status)
