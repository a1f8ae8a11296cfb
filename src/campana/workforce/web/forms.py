"""What the pages ask for. The operations check it; here text becomes values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campana.workforce.public_holidays import COUNTRIES

COUNTRY_NAMES = {
    "CZ": _("Czechia"),
    "GB": _("United Kingdom (England and Wales)"),
    "RU": _("Russia"),
    "US": _("United States"),
    "VN": _("Vietnam"),
}


class AgentForm(forms.Form):
    endpoint = forms.CharField(
        label=_("Telephone"), required=False, help_text=_("As the switch knows it, for example PJSIP/1001.")
    )
    daily_quota = forms.CharField(
        label=_("Outbound quota a day"), required=False, help_text=_("Contacts a day. Empty: no limit.")
    )


class NewAgentForm(AgentForm):
    user_id = forms.TypedChoiceField(label=_("Person"), coerce=int)

    def __init__(self, people: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["user_id"].choices = people  # type: ignore[attr-defined]
        self.order_fields(["user_id", "endpoint", "daily_quota"])


class GroupForm(forms.Form):
    name = forms.CharField(label=_("Name"))
    members = forms.TypedMultipleChoiceField(
        label=_("Members"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, agents: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["members"].choices = agents  # type: ignore[attr-defined]


class LimitForm(forms.Form):
    limited = forms.ChoiceField(
        label=_("Sees and uses"),
        choices=[("no", _("The whole organisation")), ("yes", _("Only the groups chosen below"))],
        widget=forms.RadioSelect,
    )
    groups = forms.TypedMultipleChoiceField(
        label=_("Groups"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, groups: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["groups"].choices = groups  # type: ignore[attr-defined]


class HolidayForm(forms.Form):
    day = forms.CharField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.CharField(label=_("Name"))


class PublicHolidaysForm(forms.Form):
    country = forms.ChoiceField(label=_("Country"), choices=[(code, COUNTRY_NAMES[code]) for code in COUNTRIES])
    year = forms.IntegerField(label=_("Year"))
