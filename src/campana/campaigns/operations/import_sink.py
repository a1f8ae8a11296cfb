"""What campaigns offer to the import: rows of a file become tasks batch by batch, in its transaction."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns.judging import OF_NEW_CONTACTS, OF_READY, numbers_of
from campana.campaigns.models import Campaign
from campana.campaigns.operations.insert_tasks import insert_tasks, one_at_a_time
from campana.campaigns.operations.lock import move_of
from campana.campaigns.permissions import campaign_scope
from campana.campaigns.queries.sources import room_in
from campana.campaigns.transitions import TABLE, Verb
from campana.crm.models import ContactImport
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound
from campana.workforce.models import Agent

CHOICES: Final = 200


class ImportSink:
    """See ``crm.imports.sinks.CampaignSink``."""

    def check(self, actor: Actor, campaign_id: int) -> None:
        """As ``add_tasks`` does: NotAllowed, NotFound, WrongState."""
        actor.require(permissions.CAMPAIGNS_CONTACTS)
        campaign = self._of(actor).filter(pk=campaign_id).first()
        if campaign is None:
            raise NotFound(field="campaign_id", kind="campaign")
        move_of(campaign, Verb.ADD_TASKS)

    def knows(self, actor: Actor, campaign_id: int) -> bool:
        return self._of(actor).filter(pk=campaign_id).exists()

    def choices(self, actor: Actor) -> list[tuple[int, str]]:
        if not actor.can(permissions.CAMPAIGNS_CONTACTS):
            return []
        states = [state.value for state, verb in TABLE if verb is Verb.ADD_TASKS]
        return list(self._of(actor).filter(state__in=states).order_by("-pk").values_list("pk", "name")[:CHOICES])

    @staticmethod
    def _of(actor: Actor) -> QuerySet[Campaign]:
        return Campaign.objects.filter(campaign_scope(actor), organisation=actor.organisation)

    def begin(self, imported: ContactImport) -> ImportRun:
        return ImportRun(imported)

    def agents(self, organisation_id: int) -> dict[str, int]:
        """By name and by e-mail address; a name two agents share means neither."""
        found: dict[str, int] = {}
        shared = set[str]()
        agents = Agent.objects.filter(organisation_id=organisation_id).values_list("pk", "user__name", "user__email")
        for pk, name, email in agents:
            shared |= {name.lower()} & set(found)
            found |= {name.lower(): pk, email.lower(): pk}
        return {word: pk for word, pk in found.items() if word not in shared}


class ImportRun:
    """See ``crm.imports.sinks.CampaignRun``. Tasks are counted when somebody else added some, not once a batch."""

    def __init__(self, imported: ContactImport) -> None:
        self._imported = imported
        self._room: int | None = None
        self._intake: dict[str, Any] = {}

    def capacity(self) -> int:
        campaign = self._campaign()
        one_at_a_time(campaign.pk)
        campaign = self._campaign()
        move_of(campaign, Verb.ADD_TASKS)
        if self._room is None or campaign.intake != self._intake:
            self._room, self._intake = room_in(campaign), campaign.intake
        return self._room

    def take(self, now: Instant) -> None:
        """After ``capacity``, in the same transaction."""
        campaign, room = self._campaign(), self._room
        assert room is not None
        counts = insert_tasks(campaign, OF_READY, [numbers_of(campaign)], now, fresh=OF_NEW_CONTACTS, room=room)
        self._room = room - counts.added - counts.invalid - counts.excluded
        self._intake = counts.added_to(campaign.intake)

    def _campaign(self) -> Campaign:
        rows = Campaign.objects.select_related("organisation").filter(organisation_id=self._imported.organisation_id)
        campaign = rows.filter(pk=self._imported.campaign_id or 0).first()
        if campaign is None:
            raise NotFound(kind="campaign")
        return campaign
