"""What campaigns offer to the import: rows of a file become tasks batch by batch, in its transaction."""

from __future__ import annotations

from campana.campaigns.judging import OF_READY
from campana.campaigns.models import Campaign
from campana.campaigns.operations.insert_tasks import insert_tasks, one_at_a_time
from campana.campaigns.operations.lock import move_of
from campana.campaigns.queries.sources import room_in
from campana.campaigns.transitions import Verb
from campana.crm.models import ContactImport
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound
from campana.workforce.models import Agent


class ImportSink:
    """See ``crm.imports.sinks.CampaignSink``."""

    def capacity(self, imported: ContactImport) -> int | None:
        """Raises WrongState for a campaign that takes no contacts, NotFound when it is gone."""
        campaign = self._campaign(imported)
        move_of(campaign, Verb.ADD_TASKS)
        return room_in(campaign)

    def take(self, imported: ContactImport, now: Instant) -> None:
        campaign = self._campaign(imported)
        one_at_a_time(campaign.pk)
        insert_tasks(campaign, OF_READY, [], now)

    def agents(self, organisation_id: int) -> dict[str, int]:
        """By name and by e-mail address; a name two agents share means neither."""
        found: dict[str, int] = {}
        shared = set[str]()
        agents = Agent.objects.filter(organisation_id=organisation_id).values_list("pk", "user__name", "user__email")
        for pk, name, email in agents:
            shared |= {name.lower()} & set(found)
            found |= {name.lower(): pk, email.lower(): pk}
        return {word: pk for word, pk in found.items() if word not in shared}

    @staticmethod
    def _campaign(imported: ContactImport) -> Campaign:
        rows = Campaign.objects.select_related("organisation").filter(organisation_id=imported.organisation_id)
        campaign = rows.filter(pk=imported.campaign_id or 0).first()
        if campaign is None:
            raise NotFound(kind="campaign")
        return campaign
