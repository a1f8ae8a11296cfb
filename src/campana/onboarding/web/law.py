"""The button of the organisation's page that takes over what the law asks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campana.accounts import permissions, web
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.onboarding.operations.take_over_law import take_over_law


@requires(permissions.SETTINGS_MANAGE)
@require_POST
def take_over(request: ActorRequest) -> HttpResponse:
    take_over_law(actor=request.actor, now=web.now())
    messages.success(request, _("Saved. Running campaigns follow the new settings from now on."))
    return go(request, reverse("accounts:organisation"))
