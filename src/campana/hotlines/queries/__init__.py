"""Reading trunks and hotlines."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from campana.accounts.actors import Actor
from campana.hotlines.models import Hotline, Sound, Trunk
from campana.hotlines.queries.health import Health, succeeded, test_calls, trunk_health, why_resting
from campana.kernel.refusals import NotFound

__all__ = [
    "Health",
    "hotline",
    "hotlines",
    "sound",
    "sounds",
    "succeeded",
    "test_calls",
    "trunk",
    "trunk_health",
    "trunks",
    "why_resting",
]


def hotlines(actor: Actor) -> QuerySet[Hotline]:
    """With ``used``: how many unfinished campaigns show the number."""
    unfinished = ~Q(campaigns__state__in=["finished", "archived"]) & Q(campaigns__isnull=False)
    rows = Hotline.objects.filter(organisation=actor.organisation).select_related("trunk")
    return rows.annotate(used=Count("campaigns", filter=unfinished, distinct=True))


def hotline(actor: Actor, pk: int) -> Hotline:
    found = hotlines(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(kind="hotline")
    return found


def trunks(actor: Actor) -> QuerySet[Trunk]:
    return Trunk.objects.filter(organisation=actor.organisation).annotate(numbers=Count("hotlines"))


def trunk(actor: Actor, pk: int) -> Trunk:
    found = trunks(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(kind="trunk")
    return found


def sounds(actor: Actor) -> QuerySet[Sound]:
    return Sound.objects.filter(organisation=actor.organisation).select_related("added_by")


def sound(actor: Actor, pk: int) -> Sound:
    found = sounds(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(kind="sound")
    return found
