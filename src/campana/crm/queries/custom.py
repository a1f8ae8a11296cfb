"""Custom fields of an organisation."""

from __future__ import annotations

from django.db.models import QuerySet

from campana.accounts.models import Organisation
from campana.crm.models import CustomField
from campana.kernel.refusals import NotFound


def fields(organisation: Organisation) -> QuerySet[CustomField]:
    return CustomField.objects.filter(organisation=organisation)


def archived(organisation: Organisation) -> QuerySet[CustomField]:
    return CustomField.everything.filter(organisation=organisation, archived_at__isnull=False)


def field_of(organisation: Organisation, field_id: int) -> CustomField:
    """An archived one too. Raises NotFound."""
    field = CustomField.everything.filter(organisation=organisation, pk=field_id).first()
    if field is None:
        raise NotFound(kind="field")
    return field
