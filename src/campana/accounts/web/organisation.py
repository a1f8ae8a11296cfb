"""Settings of the organisation, and the emergency stop."""

from __future__ import annotations

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campana.accounts import permissions, web
from campana.accounts.access import ActorRequest, requires
from campana.accounts.operations import organisation as operations
from campana.accounts.web.answers import go, tell
from campana.accounts.web.forms import SettingsForm
from campana.accounts.web.law import asked_of
from campana.accounts.web.rules import rules_of, usage_of
from campana.kernel.refusals import Refused


@requires(permissions.SETTINGS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: ActorRequest) -> HttpResponse:
    form, status = SettingsForm(request.POST or None, initial=model_to_dict(request.actor.organisation)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            version = form.cleaned_data["version"]
            try:
                operations.change_settings(
                    actor=request.actor, settings=form.settings(), version=version, now=web.now()
                )
                messages.success(request, _("Saved. Running campaigns follow the new settings from now on."))
                return go(request, reverse("accounts:organisation"))
            except Refused as refused:
                status = tell(form, refused)
    tenant = request.actor.organisation
    context = {"form": form, "rules": rules_of(tenant), "usage": usage_of(request.actor), "law": asked_of(tenant)}
    return render(request, "accounts/organisation.html", context, status=status)


@requires(permissions.CAMPAIGNS_RUN)
@require_http_methods(["GET", "HEAD", "PUT", "DELETE"])
def emergency_stop(request: ActorRequest) -> HttpResponse:
    """GET says what will happen, PUT stops, DELETE releases."""
    if request.method in {"GET", "HEAD"}:
        return render(request, "accounts/emergency_stop.html")
    act = operations.stop_everything if request.method == "PUT" else operations.release_everything
    act(actor=request.actor, now=web.now())
    return go(request, reverse("accounts:emergency_stop"))
