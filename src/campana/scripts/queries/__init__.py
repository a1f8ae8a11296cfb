"""Reading result sets."""

from __future__ import annotations

from django.db.models import QuerySet

from campana.accounts.actors import Actor
from campana.kernel.refusals import NotFound
from campana.scripts.models import ResultSet


def result_sets(actor: Actor) -> QuerySet[ResultSet]:
    return ResultSet.objects.filter(organisation=actor.organisation).prefetch_related("results")


def result_set(actor: Actor, pk: int) -> ResultSet:
    found = result_sets(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(kind="result set")
    return found
