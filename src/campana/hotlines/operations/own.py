"""Which number is shown when an agent calls by hand."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.hotlines.models import Hotline, OwnHotline
from campana.hotlines.operations import common
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound
from campana.relay import mailbox
from campana.workforce.models import Agent


def show_for(*, hotline_id: int, agent_ids: Collection[int], actor: Actor, now: Instant) -> None:
    """These agents, and no others, show the hotline; one who showed another shows this one from now on."""
    actor.require(permissions.HOTLINES_MANAGE)
    wanted = set(agent_ids)
    with transaction.atomic():
        hotline = Hotline.objects.select_for_update().filter(organisation=actor.organisation, pk=hotline_id).first()
        if hotline is None:
            raise NotFound(kind="hotline")
        before = set(OwnHotline.objects.filter(hotline=hotline).values_list("agent_id", flat=True))
        if before == wanted:
            return
        agents = Agent.objects.filter(organisation=actor.organisation, pk__in=wanted)
        OwnHotline.objects.filter(hotline=hotline).exclude(agent__in=wanted).delete()
        for agent in agents:
            OwnHotline.objects.update_or_create(
                agent=agent, defaults={"organisation": actor.organisation, "hotline": hotline}
            )
        common.told(actor, "hotline.change", hotline, now, shown_by=sorted(wanted))
        mailbox.post(organisation_id=actor.organisation.pk, kind="agents", now=now)
