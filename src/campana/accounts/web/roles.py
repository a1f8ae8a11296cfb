"""Roles and what they may."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campana.accounts import permissions, queries, web
from campana.accounts.access import ActorRequest, requires
from campana.accounts.actors import Actor
from campana.accounts.labels import PERMISSION_GROUPS, role_label
from campana.accounts.models import Role
from campana.accounts.operations import roles as operations
from campana.accounts.web.answers import go, tell
from campana.accounts.web.forms import RoleForm
from campana.kernel.refusals import Refused


@requires(permissions.USERS_MANAGE)
@require_GET
def roles(request: ActorRequest) -> HttpResponse:
    organisation = request.actor.organisation
    rows = [
        {"role": role, "label": role_label(role), "count": len(queries.permissions_of_role(role, organisation))}
        for role in queries.roles(organisation.pk)
    ]
    return render(request, "accounts/roles.html", {"rows": rows, "all": len(permissions.ALL)})


@requires(permissions.USERS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_role(request: ActorRequest) -> HttpResponse:
    form, status = RoleForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                operations.create_role(
                    actor=request.actor,
                    name=form.cleaned_data["name"],
                    held=form.cleaned_data["permissions"],
                    now=web.now(),
                )
                return go(request, reverse("accounts:roles"))
            except Refused as refused:
                status = tell(form, refused)
    ticked = set(form["permissions"].value() or ())
    context = {"form": form, "permission_groups": _groups(request.actor, ticked)}
    return render(request, "accounts/role.html", context, status=status)


@requires(permissions.USERS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def role(request: ActorRequest, pk: int) -> HttpResponse:
    found = queries.role(request.actor.organisation.pk, pk)
    if request.method == "DELETE":
        operations.delete_role(actor=request.actor, role=found, now=web.now())
        return go(request, reverse("accounts:roles"))
    held = queries.permissions_of_role(found, request.actor.organisation)
    initial = {"name": found.name, "permissions": sorted(held), "version": found.version}
    form, status = RoleForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = _save(request, found, form)
        if status < 400:
            messages.success(request, _("Saved."))
            return go(request, reverse("accounts:roles"))
    context = _shown(request, found, form)
    return render(request, "accounts/role.html", context, status=status)


def _save(request: ActorRequest, role: Role, form: RoleForm) -> int:
    if not form.is_valid():
        return 422
    values = form.cleaned_data
    try:
        operations.change_role(
            actor=request.actor,
            role=role,
            name=values["name"],
            held=values["permissions"],
            version=values["version"] or 0,
            now=web.now(),
        )
    except Refused as refused:
        return tell(form, refused)
    return 200


def _shown(request: ActorRequest, role: Role, form: RoleForm) -> dict[str, Any]:
    fixed = role.key == permissions.ADMINISTRATOR
    ticked = set(form["permissions"].value() or ())
    return {
        "form": form,
        "role": role,
        "label": role_label(role),
        "preset": role.key in permissions.PRESETS,
        "fixed": fixed,
        "permission_groups": _groups(request.actor, ticked, fixed=fixed),
    }


def _groups(actor: Actor, ticked: set[str], *, fixed: bool = False) -> list[dict[str, Any]]:
    """Ticks of the form; what the actor lacks himself can not be given."""
    return [
        {
            "name": name,
            "entries": [
                {"value": key, "label": label, "on": key in ticked, "off_limits": fixed or not actor.can(key)}
                for key, label in entries
            ],
        }
        for name, entries in PERMISSION_GROUPS
    ]
