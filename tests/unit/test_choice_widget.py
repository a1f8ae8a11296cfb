"""A choice drawn in one go says what Django's own says."""

from __future__ import annotations

import pytest
from django import forms
from django.test.html import parse_html
from django.utils.translation import gettext_lazy as _

from campana.ui.widgets import Choice

OPTIONS = [("", _("Nobody")), ("7", "Eva <b>Urban</b>"), (8, '"Jan"')]


@pytest.mark.parametrize("value", [None, "", "7", 8, "8", "unknown"])
@pytest.mark.parametrize("attrs", [None, {"id": "id_owner", "class": "form-select", "required": True}])
def test_a_choice_is_djangos_select(value: object, attrs: dict[str, object] | None) -> None:
    ours = Choice(choices=OPTIONS).render("owner", value, attrs)
    assert parse_html(ours) == parse_html(forms.Select(choices=OPTIONS).render("owner", value, attrs))
