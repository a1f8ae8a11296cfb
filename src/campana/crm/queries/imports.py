"""Imports and do-not-call entries."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from campana.accounts.models import Organisation
from campana.crm.models import ContactImport, Suppression
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound


def imports(organisation: Organisation, kind: str = ContactImport.Kind.CONTACTS) -> QuerySet[ContactImport]:
    return ContactImport.objects.filter(organisation=organisation, kind=kind).select_related("author")


def import_of(organisation: Organisation, import_id: int) -> ContactImport:
    """Of either kind. Raises NotFound."""
    rows = ContactImport.objects.filter(organisation=organisation, pk=import_id)
    imported = rows.select_related("author", "organisation").first()
    if imported is None:
        raise NotFound(kind="import")
    return imported


def suppressions(organisation: Organisation, now: Instant, *, ended: bool = False) -> QuerySet[Suppression]:
    """Entries in force; ``ended``: those whose end has passed as well."""
    rows = Suppression.objects.filter(organisation=organisation).select_related("contact", "created_by")
    return rows if ended else rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))


def suppression_of(organisation: Organisation, suppression_id: int) -> Suppression:
    """Raises NotFound."""
    row = Suppression.objects.filter(organisation=organisation, pk=suppression_id).select_related("contact").first()
    if row is None:
        raise NotFound(kind="suppression")
    return row
