"""Contact groups with their sizes."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from campana.accounts.models import Organisation
from campana.crm.models import ContactGroup
from campana.kernel.refusals import NotFound


def groups(organisation: Organisation) -> QuerySet[ContactGroup]:
    return ContactGroup.objects.filter(organisation=organisation)


def with_sizes(organisation: Organisation) -> QuerySet[ContactGroup]:
    """By name, each with ``size``."""
    return groups(organisation).annotate(size=Count("members")).order_by("name", "pk")


def group_of(organisation: Organisation, group_id: int) -> ContactGroup:
    """Raises NotFound."""
    group = groups(organisation).filter(pk=group_id).first()
    if group is None:
        raise NotFound(kind="group")
    return group
