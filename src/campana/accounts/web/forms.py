"""What the pages ask for. The operations check it; here text becomes values."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from campana.accounts import web
from campana.accounts.labels import PERMISSION_GROUPS, role_label
from campana.accounts.models import Role
from campana.accounts.operations.organisation import RANGES
from campana.accounts.operations.organisation import Settings as OrganisationSettings
from campana.accounts.operations.passwords import LONGEST
from campana.accounts.permissions import OPERATOR
from campana.kernel.clock import is_zone
from campana.ui.widgets import Choice
from campana.ui.zones import zone_choices, zone_words

_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
PASSWORD_HINT = _("At least 10 characters; a few words are better than signs.")


class ZoneChoice(Choice):
    """A zone that was chosen by another of its names stays chosen."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        if value and is_zone(str(value)) and str(value) not in dict(self.choices):
            self.choices = [*self.choices, (str(value), zone_words(str(value), get_language() or "en", web.now()))]
        return super().render(name, value, attrs, renderer)


class ZoneField(forms.ChoiceField):
    """A choice of time zones, ``blank`` in front where none need be chosen."""

    def __init__(self, *, blank: Any = None, **options: Any) -> None:
        self.blank = blank
        super().__init__(
            label=_("Time zone"), choices=self._offered, required=blank is None, widget=ZoneChoice, **options
        )

    def valid_value(self, value: str) -> bool:
        return is_zone(value)

    def _offered(self) -> list[tuple[str, Any]]:
        zones: list[tuple[str, Any]] = [*zone_choices(get_language() or "en", web.now())]
        return zones if self.blank is None else [("", self.blank), *zones]


def languages(blank: Any = None) -> list[tuple[str, Any]]:
    return [("", blank)] * (blank is not None) + list(settings.LANGUAGES)


def countries(blank: Any) -> list[tuple[str, Any]]:
    """Two-letter codes by their names in the reader's language."""
    return [("", blank), *_countries(get_language() or "en")]


@cache
def _countries(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language.replace("-", "_")).territories
    real = [(code, name) for code, name in names.items() if len(code) == 2 and code not in _NO_COUNTRIES]
    return sorted(real, key=lambda pair: pair[1])


class PasswordField(forms.CharField):
    def __init__(self, label: Any, *, new: bool = True, **options: Any) -> None:
        autocomplete = "new-password" if new else "current-password"
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(label=label, strip=False, max_length=LONGEST, widget=widget, **options)


class RoleField(forms.TypedChoiceField):
    """One of the roles of the organisation, by id; at first the one with the fewest rights."""

    def __init__(self, roles: list[Role], **options: Any) -> None:
        choices = [(str(role.pk), role_label(role)) for role in roles]
        self.roles = {role.pk: role for role in roles}
        least = [role.pk for role in roles if role.key == OPERATOR]
        options.setdefault("initial", least[0] if least else None)
        super().__init__(label=_("Role"), choices=choices, coerce=self._role, **options)

    def _role(self, value: Any) -> Role:
        return self.roles[int(value)]


class PersonForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=150)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, roles: list[Role], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"] = RoleField(roles)


class NewPersonForm(PersonForm):
    email = forms.EmailField(label=_("E-mail"), max_length=254)


class RoleForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    permissions = forms.MultipleChoiceField(
        choices=[entry for _group, entries in PERMISSION_GROUPS for entry in entries], required=False
    )


class KeyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("What uses it, so that you know it later."))
    days = forms.TypedChoiceField(
        label=pgettext_lazy("how long", "Valid"),
        choices=[("30", _("30 days")), ("90", _("90 days")), ("365", _("One year")), ("0", _("Until it is revoked"))],
        initial="365",
        coerce=int,
    )
    scopes = forms.MultipleChoiceField(
        choices=[entry for _group, entries in PERMISSION_GROUPS for entry in entries], required=False
    )

    def __init__(self, roles: list[Role], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"] = RoleField(roles)


class ProfileForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=150)
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = ZoneField(blank=_("As the organisation"))
    theme = forms.ChoiceField(
        label=_("Colours"),
        choices=[("", _("As the system says")), ("light", _("Light")), ("dark", _("Dark"))],
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["language"].choices = languages(_("As the browser asks"))  # type: ignore[attr-defined]


class OwnPasswordForm(forms.Form):
    present = PasswordField(_("Present password"), new=False)
    password = PasswordField(
        _("New password"), help_text=_("At least 10 characters; a few words are better than signs.")
    )


class NewPasswordForm(forms.Form):
    password = PasswordField(
        _("New password"), help_text=_("At least 10 characters; a few words are better than signs.")
    )


class ResetForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )


class Prefixes(forms.CharField):
    """Digits separated by spaces, commas or lines, with or without plus."""

    def to_python(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(part.lstrip("+") for part in str(value or "").replace(",", " ").split())

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list | tuple) else value


def _limit(name: str, label: Any, hint: Any = "") -> forms.IntegerField:
    low, high = RANGES[name]
    return forms.IntegerField(label=label, help_text=hint, min_value=low, max_value=high)


class SettingsForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=150)
    time_zone = ZoneField(help_text=_("Of working hours, and of people without one."))
    default_country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        help_text=_("How numbers without a country code are read."),
        widget=Choice,
    )
    language = forms.ChoiceField(label=_("Language"), help_text=_("Of mail to people who chose none."))
    campaigns_need_approval = forms.BooleanField(label=_("A campaign needs approval before it starts"), required=False)
    approver_is_not_author = forms.BooleanField(label=_("Nobody approves a campaign of his own"), required=False)
    supervisors_approve = forms.BooleanField(label=_("Supervisors may approve"), required=False)
    mask_numbers = forms.BooleanField(
        label=_("Hide numbers from people who do not edit contacts"),
        required=False,
        help_text=_("They read the last two digits only, and dial all the same."),
    )
    licence_calls = _limit(
        "licence_calls", _("Calls at once"), _("As your licence says: campaign, manual and inbound calls together.")
    )
    reserved_calls = _limit("reserved_calls", _("Kept free of campaigns"), _("For inbound and manual calls."))
    frequency_cap = _limit(
        "frequency_cap", _("Attempts per number in 24 hours"), _("Over all campaigns; 0 is no limit.")
    )
    do_not_call_again_days = _limit(
        "do_not_call_again_days", _("Days of rest after a campaign"), _("Offered in new campaigns.")
    )
    blocked_prefixes = Prefixes(
        label=_("Blocked prefixes"),
        required=False,
        help_text=_("International digits that are never dialled, such as 420906 for premium numbers."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    recordings_days = _limit(
        "recordings_days",
        _("Days that recordings are kept"),
        _("Older ones are deleted every night, for good. 0 keeps them all."),
    )
    record_by_hand = forms.BooleanField(
        label=_("Record calls that agents make themselves"),
        required=False,
        help_text=_("Campaigns and hotlines say for themselves whether they record."),
    )
    machine_detection = forms.BooleanField(
        label=_("Campaigns may have answering machines detected"),
        required=False,
        help_text=_("Off: no campaign listens who answered, whatever its own setting says."),
    )
    campaigns_limit = _limit("campaigns_limit", _("Campaigns"))
    campaign_contacts_limit = _limit("campaign_contacts_limit", _("Contacts in a campaign"))
    campaign_agents_limit = _limit("campaign_agents_limit", _("Agents in a campaign"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["language"].choices = languages()  # type: ignore[attr-defined]
        self.fields["default_country"].choices = countries(_("None"))  # type: ignore[attr-defined]

    def settings(self) -> OrganisationSettings:
        return OrganisationSettings(**{name: value for name, value in self.cleaned_data.items() if name != "version"})
