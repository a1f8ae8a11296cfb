"""What the page of a script asks for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ScriptForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    text = forms.CharField(
        label=_("Words"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
        help_text=_("A paragraph is said aloud. A line that begins with “# ” names a step; one with “- ” is a hint."),
    )
    is_default = forms.BooleanField(label=_("Show it in campaigns that chose no script"), required=False)
