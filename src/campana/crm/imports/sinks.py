"""Where imported contacts go besides the directory.

The apps above register here (in ``AppConfig.ready``): a file given to a campaign becomes its tasks, inside
the same transaction, batch by batch.
"""

from __future__ import annotations

from typing import Protocol

from campana.accounts.actors import Actor
from campana.crm.models import ContactImport
from campana.kernel.clock import Instant

READY_TABLE = "import_ready"
"""A temporary table, filled for each batch: ``row`` integer, ``contact_id`` bigint, ``number`` text (main
number), ``time_zone`` text (of the row or the number, may be empty), ``suppressed`` boolean, ``existing``
boolean (was in the directory before), ``priority`` smallint, ``not_before`` and ``not_after`` timestamptz,
``preferred_agent`` bigint (id of an agent). In row order; a contact stands in it once."""


class CampaignRun(Protocol):
    """One run of an import into one campaign."""

    def capacity(self) -> int | None:
        """How many more contacts the campaign takes; None for any number. Asked once a batch, in its transaction:
        until that ends nobody else adds to the campaign.

        Raises a Refused when the campaign takes none at all (it is finished, gone): the import fails with its code.
        """

    def take(self, now: Instant) -> None:
        """Make tasks of the rows in ``READY_TABLE``, in the import's transaction, with set-based SQL."""


class CampaignSink(Protocol):
    """What campaigns offer to the import."""

    def check(self, actor: Actor, campaign_id: int) -> None:
        """Whether the actor may give contacts to the campaign now. Raises NotAllowed, NotFound, or the state's
        refusal."""

    def choices(self, actor: Actor) -> list[tuple[int, str]]:
        """Campaigns, with their names, that the actor may give contacts to now; newest first."""

    def knows(self, actor: Actor, campaign_id: int) -> bool:
        """Whether there is such a campaign for the actor, in whatever state."""

    def begin(self, imported: ContactImport) -> CampaignRun:
        """A run for ``imported.campaign_id``."""

    def agents(self, organisation_id: int) -> dict[str, int]:
        """Lower-case e-mail addresses and names of agents, for the column "Preferred agent"."""


_sinks: list[CampaignSink] = []


def register_campaign_sink(sink: CampaignSink) -> None:
    _sinks[:] = [sink]


def campaign_sink() -> CampaignSink | None:
    """The sink, or None in an installation without campaigns."""
    return _sinks[0] if _sinks else None
