"""The form of a webhook, and its words."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campana.kernel.refusals import Refused
from campana.relay import facts
from campana.ui.words import refusal_words

EVENTS: Final[dict[str, Promise]] = {
    facts.ATTEMPT_ENDED: _("An attempt has ended"),
    facts.RESULT_ENTERED: _("A result was entered or corrected"),
    facts.TASK_FINAL: _("A task has reached its end"),
    facts.CAMPAIGN_MOVED: _("A campaign has changed its state"),
    facts.IMPORT_FINISHED: _("An import has finished"),
}
STATES: Final = (
    ("", _("All")),
    ("delivered", _("Delivered")),
    ("waiting", _("Waiting")),
    ("given_up", _("Given up")),
)
PROBLEMS: Final[dict[str, Promise]] = {
    "status": _("The receiver did not accept it"),
    "redirect": _("The receiver sent us elsewhere, which is not followed"),
    "timeout": _("The receiver did not answer in time"),
    "connection": _("No connection to the receiver"),
    "tls": _("The certificate of the receiver is not valid"),
    "unknown_host": _("The host of the address is not known"),
    "private_address": _("The host is not on the public internet"),
    "bad_url": _("The address is no longer allowed"),
    "secret_lost": _("The secret can not be read any more; renew it"),
    "switched_off": _("Given up when the webhook was switched off"),
}


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("An https address on the public internet. Each event is sent there as a signed POST."),
        widget=forms.TextInput(attrs={"type": "url", "autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"), choices=list(EVENTS.items()), widget=forms.CheckboxSelectMultiple
    )

    def refuse(self, refused: Refused) -> None:
        """Say a refusal at its field."""
        field = refused.field if refused.field in self.fields else None
        self.add_error(field, refusal_words(refused))
