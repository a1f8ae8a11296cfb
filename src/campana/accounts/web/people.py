"""People of the organisation: invite, edit, deactivate, hand over a link."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campana.accounts import permissions, queries, tasks, web
from campana.accounts.access import ActorRequest, requires, signed_in
from campana.accounts.labels import role_label
from campana.accounts.models import Role, User
from campana.accounts.operations import change_user as change
from campana.accounts.operations.create_user import create_user
from campana.accounts.operations.links import make_link, may_make_link, revoke_links
from campana.accounts.web.answers import base_of, go, tell
from campana.accounts.web.forms import NewPersonForm, PersonForm
from campana.kernel.refusals import Refused
from campana.ui.sheets import sheet

SHOWN = 100


@requires(permissions.USERS_MANAGE)
@require_GET
def people(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    search = request.GET.get("search", "").strip()[:100].replace("\0", "")
    state = state if state in User.State.values else ""
    page = sheet(request, queries.people(request.actor.organisation.pk, search=search, state=state), "name", SHOWN)
    rows = [{"user": user, "role": role_label(user.role)} for user in page.rows]
    context = {"rows": rows, "state": state, "search": search, "page": page}
    return render(request, "accounts/people.html", context)


@requires(permissions.USERS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: ActorRequest) -> HttpResponse:
    form, status = NewPersonForm(_roles(request), request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = {name: form.cleaned_data[name] for name in ("name", "email", "role")}
            try:
                with transaction.atomic():
                    user = create_user(actor=request.actor, now=web.now(), **values)
                    return _hand_over(request, user)
            except Refused as refused:
                status = tell(form, refused)
    return render(request, "accounts/person_new.html", {"form": form, "mail": settings.MAIL_CONFIGURED}, status=status)


@requires(permissions.USERS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: ActorRequest, pk: int) -> HttpResponse:
    user = queries.person(request.actor.organisation.pk, pk)
    initial = {"name": user.name, "role": user.role_id, "version": user.version}
    form, status = PersonForm(_roles(request), request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = {name: form.cleaned_data[name] for name in ("name", "role")}
            version = form.cleaned_data["version"] or 0
            try:
                change.change_user(actor=request.actor, user=user, version=version, now=web.now(), **values)
                messages.success(request, _("Saved."))
                return go(request, reverse("accounts:people"))
            except Refused as refused:
                status = tell(form, refused)
    link = queries.link_given_out(user, web.now())
    context = {"form": form, "person": user, "link": link, "mail": settings.MAIL_CONFIGURED}
    return render(request, "accounts/person.html", context, status=status)


@requires(permissions.USERS_MANAGE)
@require_http_methods(["PUT", "DELETE"])
def activity(request: ActorRequest, pk: int) -> HttpResponse:
    """Whether somebody may be here at all: PUT lets him in again, DELETE does not."""
    user = queries.person(request.actor.organisation.pk, pk)
    act = change.deactivate_user if request.method == "DELETE" else change.activate_user
    act(actor=request.actor, user=user, now=web.now())
    return go(request, reverse("accounts:person", args=[pk]))


@requires(permissions.USERS_MANAGE)
@require_http_methods(["POST", "DELETE"])
def person_link(request: ActorRequest, pk: int) -> HttpResponse:
    """POST makes a link and mails it, or shows it for handing over; DELETE kills it."""
    user = queries.person(request.actor.organisation.pk, pk)
    if request.method == "DELETE":
        revoke_links(actor=request.actor, user=user, now=web.now())
        return go(request, reverse("accounts:person", args=[pk]))
    return _hand_over(request, user)


@signed_in
@require_POST
def ownership(request: ActorRequest, pk: int) -> HttpResponse:
    """The owner's alone; the operation looks."""
    user = queries.person(request.actor.organisation.pk, pk)
    change.transfer_ownership(actor=request.actor, user=user, now=web.now())
    messages.success(request, _("%(name)s owns the organisation now.") % {"name": user.name})
    return go(request, reverse("accounts:person", args=[pk]))


def _hand_over(request: ActorRequest, user: User) -> HttpResponse:
    if settings.MAIL_CONFIGURED:
        may_make_link(actor=request.actor, user=user)
        tasks.mail_link.defer(
            organisation_id=request.actor.organisation.pk,
            user_id=user.pk,
            base=base_of(request),
            asked_by=request.user.pk,
            address=request.actor.address,
        )
        messages.success(request, _("A link is on its way to %(email)s.") % {"email": user.email})
        return go(request, reverse("accounts:person", args=[user.pk]))
    token = make_link(actor=request.actor, user=user, now=web.now())
    address = base_of(request) + reverse("accounts:link", args=[token])
    return render(request, "accounts/link_made.html", {"person": user, "address": address})


def _roles(request: ActorRequest) -> list[Role]:
    """Those the actor can give."""
    organisation = request.actor.organisation
    return [
        role
        for role in queries.roles(organisation.pk)
        if queries.permissions_of_role(role, organisation) <= request.actor.permissions
    ]
