"""Exports of an organisation as its people see them: everybody his own, administrators of people all."""

from __future__ import annotations

from django.db.models import QuerySet

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.kernel.refusals import NotFound
from campana.reporting.models import Export


def exports(actor: Actor) -> QuerySet[Export]:
    """A file holds what its author may see, so others do not get it by its address."""
    rows = Export.objects.filter(organisation=actor.organisation).select_related("author", "campaign", "organisation")
    everything = actor.can(permissions.AUDIT_VIEW) and actor.limited_to is None
    return rows if everything else rows.filter(author=actor.user)


def export_of(actor: Actor, export_id: int) -> Export:
    """Raises NotFound."""
    found = exports(actor).filter(pk=export_id).first()
    if found is None:
        raise NotFound(kind="export")
    return found
