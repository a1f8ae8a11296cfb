"""Passwords: forgotten, chosen by a link, changed."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from campana.accounts import tasks, web
from campana.accounts.access import ActorRequest, address_of, public, signed_in
from campana.accounts.operations import door
from campana.accounts.operations.links import LinkDead, follow_link
from campana.accounts.operations.passwords import change_own_password
from campana.accounts.queries import open_link
from campana.accounts.web.answers import base_of, go, tell
from campana.accounts.web.forms import NewPasswordForm, OwnPasswordForm, ResetForm
from campana.kernel.refusals import Refused


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password_reset(request: HttpRequest) -> HttpResponse:
    """The answer is the same whether somebody has the address or not."""
    form, status = ResetForm(request.POST or None), 200
    if request.method == "POST" and settings.MAIL_CONFIGURED:
        status = 422
        if form.is_valid():
            try:
                _ask(request, form.cleaned_data["email"].lower())
                return render(request, "accounts/password_reset.html", {"sent": form.cleaned_data["email"]})
            except Refused as refused:
                status = tell(form, refused)
    context = {"form": form, "mail": settings.MAIL_CONFIGURED}
    return render(request, "accounts/password_reset.html", context, status=status)


def _ask(request: HttpRequest, email: str) -> None:
    address, now = address_of(request), web.now()
    door.take_try(door.RESET_ADDRESS, address or "", now)
    door.take_try(door.RESET_ACCOUNT, email, now)
    tasks.mail_reset.defer(email=email, address=address, base=base_of(request), language=get_language() or "en")


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation or a reset: GET asks for a password and uses nothing up."""
    address, now = address_of(request), web.now()
    found = open_link(token, now)
    if found is None:
        door.take_try(door.LINK_ADDRESS, address or "", now)
        return render(request, "accounts/link_dead.html", status=LinkDead.status)
    form, status = NewPasswordForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                follow_link(token=token, password=form.cleaned_data["password"], address=address, now=now)
                messages.success(request, _("The password is set. Sign in with it."))
                return go(request, reverse("accounts:session"))
            except LinkDead:
                return render(request, "accounts/link_dead.html", status=LinkDead.status)
            except Refused as refused:
                status = tell(form, refused)
    return render(request, "accounts/link.html", {"form": form, "person": found.user, "link": found}, status=status)


@signed_in
@sensitive_post_parameters("present", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def own_password(request: ActorRequest) -> HttpResponse:
    form, status = OwnPasswordForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _change(request, form)
                messages.success(request, _("The password is changed. Other browsers were signed out."))
                return go(request, reverse("accounts:profile"))
            except Refused as refused:
                status = tell(form, refused)
    return render(request, "accounts/own_password.html", {"form": form}, status=status)


def _change(request: ActorRequest, form: OwnPasswordForm) -> None:
    """A thief of a session must not be able to guess on: wrong present passwords count like wrong sign-ins."""
    now = web.now()
    door.take_try(door.ACCOUNT, request.user.email, now)
    with transaction.atomic():
        user = change_own_password(actor=request.actor, now=now, **form.cleaned_data)
        door.open_door(email=user.email)
    update_session_auth_hash(request, user)
