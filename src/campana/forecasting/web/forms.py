"""The "what if" form: everything blank is as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campana.campaigns.models import Campaign
from campana.campaigns.snapshot import campaign_config
from campana.engine.words import DialMode
from campana.forecasting.questions import Question, limit_field


class WhatIf(forms.Form):
    agents = forms.IntegerField(label=gettext_lazy("Agents"), min_value=1, max_value=1000, required=False)
    hours = forms.FloatField(
        label=gettext_lazy("Hours of calling a day more"),
        help_text=gettext_lazy("At the end of each calling day; less with a minus."),
        min_value=-12,
        max_value=12,
        required=False,
    )
    coefficient = forms.FloatField(
        label=gettext_lazy("Calls for each free agent"), min_value=1, max_value=10, required=False
    )
    limit = forms.FloatField(
        label=gettext_lazy("Abandoned calls allowed, in percent"), min_value=0.5, max_value=10, required=False
    )
    answered = forms.FloatField(
        label=gettext_lazy("Answered, in percent of attempts"), min_value=1, max_value=95, required=False
    )

    def __init__(self, given: Mapping[str, Any] | None = None, *, campaign: Campaign) -> None:
        super().__init__(given, auto_id="what-if-%s")
        config = campaign_config(campaign)
        if config.mode is not DialMode.PROGRESSIVE:
            del self.fields["coefficient"]
        if config.mode is not DialMode.PREDICTIVE or limit_field(config) is None:
            del self.fields["limit"]
        if not config.schedule.periods:
            del self.fields["hours"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(value is not None for value in given.values()):
            self.add_error("agents", _("Change at least one of these."))
        return given

    def question(self) -> Question:
        given = {name: value for name, value in self.cleaned_data.items() if value is not None}
        for share in ("limit", "answered"):
            if share in given:
                given[share] = given[share] / 100
        return Question.of(given)

    def query(self) -> str:
        return urlencode({name: value for name, value in self.cleaned_data.items() if value is not None})

    def words(self) -> list[tuple[str, str]]:
        """What is asked, label and value."""
        return [
            (str(self.fields[name].label), number_format(f"{value:g}" if isinstance(value, float) else value))
            for name, value in self.cleaned_data.items()
            if value is not None
        ]
