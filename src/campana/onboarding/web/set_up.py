"""The set-up page: there only while no organisation exists."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from campana.accounts import web
from campana.accounts.access import address_of, public
from campana.accounts.web.answers import go, tell
from campana.accounts.web.forms import PASSWORD_HINT, PasswordField, ZoneField, countries, languages
from campana.kernel.refusals import Refused
from campana.onboarding.operations import set_up as operation
from campana.ui.widgets import Choice


class SetUpForm(forms.Form):
    name = forms.CharField(label=_("Organisation"), max_length=150)
    default_country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        help_text=_("How numbers without a country code are read."),
        widget=Choice,
    )
    time_zone = ZoneField()
    language = forms.ChoiceField(label=_("Language"))
    owner_name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = PasswordField(_("Password"), help_text=PASSWORD_HINT)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["language"].choices = languages()  # type: ignore[attr-defined]
        self.fields["default_country"].choices = countries(_("None"))  # type: ignore[attr-defined]


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    if not operation.is_fresh():
        raise operation.AlreadySetUp
    initial = {"time_zone": "UTC", "language": get_language() or "en"}
    form, status = SetUpForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = dict(form.cleaned_data)
            email, password = values.pop("email"), values.pop("password")
            try:
                owner = operation.set_up(
                    owner_email=email, owner_password=password, address=address_of(request), now=web.now(), **values
                )
            except operation.AlreadySetUp:
                raise
            except Refused as refused:
                status = tell(form, refused)
            else:
                login(request, owner)
                return go(request, settings.LOGIN_REDIRECT_URL)
    return render(request, "onboarding/set_up.html", {"form": form}, status=status)
