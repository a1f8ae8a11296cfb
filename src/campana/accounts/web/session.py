"""The door: signing in and out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from campana.accounts import web
from campana.accounts.access import address_of, public
from campana.accounts.models import Organisation
from campana.accounts.operations import door
from campana.kernel.refusals import Refused
from campana.ui.words import refusal_words

SET_UP = "onboarding:set_up"
"""The page of an app above this one, for an installation without anybody."""


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """GET shows the door, POST goes in."""
    back = safe_next(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(back)
        return _door(request, back) if Organisation.objects.exists() else HttpResponseRedirect(reverse(SET_UP))
    email, password = request.POST.get("email", ""), request.POST.get("password", "")
    if not email.strip() or not password:
        return _door(request, back, status=422)
    try:
        user = door.sign_in(email=email, password=password, address=address_of(request), now=web.now())
    except Refused as refusal:
        return _door(request, back, email=email, problem=refusal_words(refusal), status=refusal.status)
    login(request, user)
    return HttpResponseRedirect(back)


def safe_next(request: HttpRequest) -> str:
    """Where to go after signing in: a path of ours, or the start page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else settings.LOGIN_REDIRECT_URL


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Also for somebody whose session is over already."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor is not None:
        door.sign_out(actor=actor, now=web.now())
    logout(request)
    to = reverse("accounts:session")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return HttpResponseRedirect(to, status=303)


def _door(request: HttpRequest, back: str, *, email: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    if status == 422 and not problem:
        problem = _("Both the e-mail and the password are needed.")
    context = {"next": back, "email": email, "problem": problem}
    return render(request, "accounts/session.html", context, status=status)
