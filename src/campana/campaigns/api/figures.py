"""Statistics, what keeps a campaign from dialling, and who would be skipped."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, Out, requires
from campana.campaigns.api.router import router
from campana.campaigns.queries.overview import campaign_of
from campana.campaigns.queries.preflight import Preflight, preflight
from campana.campaigns.queries.statistics import Statistics, statistics
from campana.campaigns.queries.why import Why, why_not_dialling


class StatisticsOut(Out):
    contacts: int
    waiting: int
    in_progress: int
    finished: int
    reached: int
    by_state: dict[str, int]
    by_refusal: dict[str, int]
    attempts: int
    live: int
    by_outcome: dict[str, int] = Field(description="Outcome to ended attempts.")
    by_result: dict[str, int] = Field(description="Result id to attempts.")
    answered: int
    connected: int
    abandoned: int
    late: int = Field(description="Answered, with no agent within two seconds.")
    abandonment: float = Field(description="Abandoned over answered, 0 to 1.")
    ring_seconds: float | None
    wait_seconds: float | None
    talk_seconds: float | None
    wrap_up_seconds: float | None

    @staticmethod
    def resolve_by_result(figures: Statistics) -> dict[str, int]:
        return {str(result): count for result, count in figures.by_result.items()}


class ReasonOut(Out):
    code: str
    count: int | None = Field(description="Contacts it concerns; null: all of them.")
    until: datetime | None
    detail: str


class WhyOut(Out):
    stops: list[ReasonOut] = Field(description="What keeps the whole campaign from dialling.")
    contacts: list[ReasonOut] = Field(description="Every open or excluded contact under one reason.")


class ZoneOut(Out):
    name: str
    contacts: int
    opens: datetime | None
    open_now: bool


class PreflightOut(Out):
    given: int
    callable: int
    duplicates: int
    skipped: dict[str, int]
    over_limit: int
    zones: list[ZoneOut]
    files_waiting: int


@router.get("/campaigns/{campaign_id}/statistics", response=StatisticsOut, summary="Read statistics")
@requires(permissions.CAMPAIGNS_VIEW)
def get_statistics(request: ApiRequest, campaign_id: Id) -> Statistics:
    """Counted from tasks and the attempt log, so that they equal it."""
    return statistics(campaign_of(request.actor, campaign_id))


@router.get("/campaigns/{campaign_id}/obstacles", response=WhyOut, summary="Why is nothing dialling?")
@requires(permissions.CAMPAIGNS_VIEW)
def get_obstacles(request: ApiRequest, campaign_id: Id) -> Why:
    return why_not_dialling(campaign_of(request.actor, campaign_id), now=request.now)


@router.get("/campaigns/{campaign_id}/preflight", response=PreflightOut, summary="Who will be called and skipped")
@requires(permissions.CAMPAIGNS_VIEW)
def get_preflight(request: ApiRequest, campaign_id: Id) -> Preflight:
    return preflight(campaign_of(request.actor, campaign_id), now=request.now)
