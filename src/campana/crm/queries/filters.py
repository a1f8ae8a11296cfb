"""Saved filters an actor may use: shared ones and his own."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from campana.accounts.actors import Actor
from campana.crm.models import SavedFilter
from campana.kernel.refusals import NotFound


def filters(actor: Actor) -> QuerySet[SavedFilter]:
    mine = Q(shared=True) | (Q(author=actor.user) if actor.user else Q())
    rows = SavedFilter.objects.filter(organisation=actor.organisation)
    return rows.filter(mine) if actor.user else rows


def filter_of(actor: Actor, filter_id: int) -> SavedFilter:
    """Raises NotFound."""
    saved = filters(actor).filter(pk=filter_id).first()
    if saved is None:
        raise NotFound(kind="filter")
    return saved
