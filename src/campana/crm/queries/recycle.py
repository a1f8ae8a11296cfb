"""What lies in the recycle bin."""

from __future__ import annotations

from django.db.models import QuerySet

from campana.accounts.models import Organisation
from campana.crm.models import Contact


def deleted(organisation: Organisation) -> QuerySet[Contact]:
    """Deleted contacts that can still be restored."""
    return Contact.objects.filter(organisation=organisation, deleted_at__isnull=False, erased_at__isnull=True)
