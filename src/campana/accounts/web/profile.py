"""What everybody may change about himself."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campana.accounts import web
from campana.accounts.access import ActorRequest, signed_in
from campana.accounts.labels import role_label
from campana.accounts.operations.profile import change_profile, sign_out_everywhere
from campana.accounts.web.answers import go, tell
from campana.accounts.web.forms import ProfileForm
from campana.kernel.refusals import Refused


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: ActorRequest) -> HttpResponse:
    user = request.user
    now = {"name": user.name, "language": user.language, "time_zone": user.time_zone, "theme": user.theme}
    form, status = ProfileForm(request.POST or None, initial=now), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_profile(actor=request.actor, now=web.now(), **form.cleaned_data)
                messages.success(request, _("Saved."))
                return go(request, reverse("accounts:profile"))
            except Refused as refused:
                status = tell(form, refused)
    return render(request, "accounts/profile.html", {"form": form, "role": role_label(user.role)}, status=status)


@signed_in
@require_POST
def other_sessions(request: ActorRequest) -> HttpResponse:
    """Ends those of other browsers."""
    user = sign_out_everywhere(actor=request.actor, now=web.now())
    update_session_auth_hash(request, user)
    messages.success(request, _("Every other browser was signed out."))
    return go(request, reverse("accounts:profile"))
