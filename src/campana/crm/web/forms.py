"""What the contacts pages ask for. The operations check it; here text becomes values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campana.accounts.models import Organisation, User
from campana.accounts.web.forms import ZoneField
from campana.crm.models import Contact, CustomField
from campana.ui.kinds import FIELD_TYPES
from campana.ui.widgets import Choice

STAGES = [("lead", _("Lead")), ("customer", _("Customer"))]
REASONS = [
    ("opt_out", _("Asked not to be called")),
    ("complaint", _("Complaint")),
    ("register", _("On a public register")),
    ("other", _("Other reason")),
]
_PHONES = 5


class ContactForm(forms.Form):
    """Texts only; ``values`` is what the operations take."""

    name = forms.CharField(label=_("Full name"), max_length=255, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    company = forms.CharField(label=_("Organisation"), max_length=255, required=False)
    position = forms.CharField(label=_("Position"), max_length=255, required=False)
    stage = forms.ChoiceField(label=_("Stage"), choices=STAGES, initial="customer")
    additional_info = forms.CharField(
        label=_("Additional info"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, organisation: Organisation, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for place in range(1, _PHONES + 1):
            label = _("Phone") if place == 1 else _("Phone %(place)s") % {"place": place}
            self.fields[f"phone_{place}"] = forms.CharField(label=label, max_length=60, required=False)
        people = User.objects.filter(organisation=organisation).order_by("name").values_list("pk", "name")
        owners = [("", _("Nobody")), *((str(pk), name) for pk, name in people)]
        self.fields["owner_id"] = forms.ChoiceField(label=_("Owner"), choices=owners, required=False, widget=Choice)
        self.fields["time_zone"] = ZoneField(blank=_("By the number"))
        self.custom = list(CustomField.objects.filter(organisation=organisation).order_by("position", "pk"))
        for field in self.custom:
            self.fields[f"fields.{field.key}"] = _control(field)

    @staticmethod
    def initial_of(contact: Contact) -> dict[str, Any]:
        numbers = sorted(contact.numbers.all(), key=lambda number: number.position)
        initial = {name: getattr(contact, name) for name in ("name", "email", "company", "position", "stage")}
        initial |= {name: getattr(contact, name) for name in ("additional_info", "time_zone", "version")}
        initial |= {f"phone_{place}": _typed(number.number, number.raw) for place, number in enumerate(numbers, 1)}
        initial |= {f"fields.{key}": _shown(value) for key, value in contact.fields.items()}
        return initial | {"owner_id": str(contact.owner_id or "")}

    def phones(self) -> list[Any]:
        return [self[f"phone_{place}"] for place in range(1, _PHONES + 1)]

    def customs(self) -> list[Any]:
        return [self[f"fields.{field.key}"] for field in self.custom]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        values = {
            name: data[name]
            for name in ("name", "email", "company", "position", "stage", "additional_info", "time_zone")
        }
        values["owner_id"] = int(data["owner_id"]) if data["owner_id"] else None
        values["phones"] = [data[f"phone_{place}"] for place in range(1, _PHONES + 1)]
        values["fields"] = {field.key: data[f"fields.{field.key}"] or None for field in self.custom}
        return values


def _control(field: CustomField) -> forms.Field:
    if field.type in (CustomField.Type.LIST, CustomField.Type.YES_NO):
        words = [("yes", _("Yes")), ("no", _("No"))]
        choices = words if field.type == CustomField.Type.YES_NO else [(choice, choice) for choice in field.choices]
        return forms.ChoiceField(label=field.label, choices=[("", "–"), *choices], required=field.required)
    return forms.CharField(label=field.label, max_length=10_000, required=field.required)


def _typed(number: str, raw: str) -> str:
    return f"+{number}" if number else raw


def _shown(value: Any) -> Any:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


class SuppressionForm(forms.Form):
    number = forms.CharField(label=_("Phone"), max_length=60, required=False)
    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS)
    note = forms.CharField(label=_("In their words"), max_length=255, required=False)
    ends_at = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave empty for good."),
    )


class FieldForm(forms.Form):
    label = forms.CharField(label=_("Name"), max_length=64)
    type = forms.ChoiceField(label=_("Type"), choices=FIELD_TYPES, required=False)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For a list: one choice a line."),
    )
    required = forms.BooleanField(label=_("Required"), required=False)
    on_card = forms.BooleanField(label=_("Shown to the agent during a call"), required=False, initial=True)

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        values = {name: data[name] for name in ("label", "required", "on_card")}
        return {**values, "type": data["type"] or "text", "choices": data["choices"].splitlines()}
