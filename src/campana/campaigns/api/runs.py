"""Runs of a campaign: listed, begun again, and contacts returned to dialling."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, In, Moment, Out, requires
from campana.campaigns import operations
from campana.campaigns.api.router import router
from campana.campaigns.api.schemas import CampaignOut, Version
from campana.campaigns.operations.reopen import How
from campana.campaigns.queries.overview import campaign_of
from campana.campaigns.queries.runs import runs_of

Name = Literal["all", "not_reached", "no_answer", "busy", "machine", "abandoned", "not_processed", "result", "tasks"]


class SelectionIn(In):
    name: Name = Field("all", description="Which contacts. ``result`` and ``tasks`` need the field of their name.")
    result_id: Id | None = None
    task_ids: Annotated[list[Id], Field(max_length=10_000)] = Field(default_factory=list)


class ReopeningIn(In):
    selection: SelectionIn = Field(default_factory=lambda: SelectionIn.model_validate({}))
    start_at: Moment | None = Field(None, description="A new start; unchanged when null.")
    end_at: Moment | None = Field(None, description="A new end, needed where the old one has passed.")
    version: Version | None = None


class ReopenedOut(Out):
    campaign: CampaignOut
    returned: int = Field(description="Contacts that will be called again.")
    kept: int = Field(description="Chosen, but in a call, without a valid number, or not to be called.")


class RunOut(Out):
    number: int
    present: bool
    contacts: int
    attempts: int
    states: dict[str, int] = Field(description="Contacts by state of their task.")


class RunsOut(Out):
    items: list[RunOut]


@router.get("/campaigns/{campaign_id}/runs", response=RunsOut, summary="List the runs of a campaign")
@requires(permissions.CAMPAIGNS_MANAGE)
def list_runs(request: ApiRequest, campaign_id: Id) -> RunsOut:
    """The present run first; a restart begins another."""
    found = runs_of(campaign_of(request.actor, campaign_id))
    return RunsOut(items=[RunOut.model_validate(run) for run in found])


@router.post("/campaigns/{campaign_id}/runs", response=ReopenedOut, summary="Restart a campaign")
@requires(permissions.CAMPAIGNS_RUN)
def restart_campaign(request: ApiRequest, campaign_id: Id, payload: ReopeningIn | None = None) -> ReopenedOut:
    """Chosen contacts start from the beginning; what they came to is kept as an earlier run. Finished or paused
    campaigns become scheduled, without a new approval."""
    return _reopen(request, campaign_id, payload, "restart")


@router.post("/campaigns/{campaign_id}/returns", response=ReopenedOut, summary="Return contacts to dialling")
@requires(permissions.CAMPAIGNS_RUN)
def return_contacts(request: ApiRequest, campaign_id: Id, payload: ReopeningIn | None = None) -> ReopenedOut:
    """Chosen contacts get fresh attempts and keep their history. Finished or paused campaigns become scheduled."""
    return _reopen(request, campaign_id, payload, "return")


def _reopen(request: ApiRequest, campaign_id: int, payload: ReopeningIn | None, how: How) -> ReopenedOut:
    given = payload or ReopeningIn.model_validate({})
    chosen = given.selection
    done = operations.reopen_campaign(
        campaign=campaign_of(request.actor, campaign_id),
        actor=request.actor,
        how=how,
        selection=operations.Selection(chosen.name, chosen.result_id, chosen.task_ids),
        start_at=given.start_at,
        end_at=given.end_at,
        now=request.now,
        version=given.version,
    )
    campaign = CampaignOut.of(campaign_of(request.actor, campaign_id), request.actor)
    return ReopenedOut(campaign=campaign, returned=done.returned, kept=done.kept)
