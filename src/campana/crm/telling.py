"""Conditions over contacts as the audit log tells them: in the words of the filter's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from campana.accounts.audit_names import Names
from campana.accounts.audit_values import field_words
from campana.accounts.models import Organisation
from campana.conditions import Field
from campana.crm.queries.fields import contact_fields
from campana.ui.kinds import OPERATORS


def condition_words(condition: Mapping[str, Any], names: Names) -> str:
    return _told(condition, names.once("contact fields", _fields, {}))


def value_text(field: Field | None, value: Any) -> str:
    """A value as people type it: the word of a choice, yes or no, several with semicolons between them."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "; ".join(value_text(field, item) for item in value)
    named = {str(key): str(label) for key, label in field.choices} if field else {}
    return "" if value is None else named.get(str(value), str(value))


def _fields(organisation_id: int) -> Mapping[str, Field]:
    return contact_fields(Organisation.objects.get(pk=organisation_id))


def _told(condition: Mapping[str, Any], fields: Mapping[str, Field]) -> str:
    for word in ("all", "any"):
        if word in condition:
            parts = [_told(part, fields) for part in condition[word]]
            return parts[0] if len(parts) == 1 else f"{field_words(word)}: {'; '.join(parts)}"
    if "field" not in condition:
        return ""
    field = fields.get(condition["field"])
    label = str(field.label) if field else field_words(condition["field"])
    op = dict(OPERATORS).get(condition.get("op", ""), "")
    return f"{label} {op} {value_text(field, condition.get('value'))}".strip()
