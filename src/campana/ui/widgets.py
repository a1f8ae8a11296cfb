"""Widgets of Django's, drawn differently."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_CHOSEN = SafeString(" selected")


class Choice(forms.Select):
    """A choice of one, without groups of options. Django draws a template for every option, which takes a tenth of a
    second for the four hundred time zones; here they are one text."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, _CHOSEN if str(key) in chosen else "", word) for key, word in self.choices),
        )
        given = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", given, options)
