"""The shapes of campaigns. Ranges are those of ``campaigns.validation``, which has the last word."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from campana.accounts.actors import Actor
from campana.accounts.api import Id, In, Moment, Out, ShortText
from campana.accounts.api.schemas import NO_NUL
from campana.campaigns.models import Campaign
from campana.campaigns.queries.chosen import chosen_of
from campana.workforce.permissions import agent_scope, group_scope

HOUR, DAY = 3600, 86_400
SHOWN = r"^[^\x00]*[^\x00\s][^\x00]*$"
Mode = Literal["progressive", "preview", "predictive"]
Minute = Annotated[int, Field(ge=0, le=1440)]
PeriodRow = Annotated[list[Minute], Field(min_length=3, max_length=3, examples=[[0, 540, 720]])]
Ids = Annotated[list[Id], Field(max_length=200)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class RetryIn(In):
    attempts: Annotated[int, Field(ge=0, le=10)]
    wait: Annotated[int, Field(ge=60, le=30 * DAY)] = Field(description="Seconds.")


class RetriesIn(In):
    """An event left out follows ``max_attempts`` and ``gap``."""

    no_answer: RetryIn | None = None
    busy: RetryIn | None = None
    rejected: RetryIn | None = None
    unavailable: RetryIn | None = None
    machine: RetryIn | None = None
    abandoned: RetryIn | None = None
    dropped: RetryIn | None = None


class OtherScript(In):
    """Give an agent or a group, not both."""

    agent: Id | None = None
    group: Id | None = None
    script: Id


class OtherScriptOut(Out):
    agent: int | None = None
    group: int | None = None
    script: int


class Settings(In):
    """Settings of a campaign. Times are in seconds. What is not given keeps its default or stays as it is.
    A new campaign begins with what the law pack of the organisation's country asks."""

    description: Annotated[str, Field(pattern=NO_NUL, max_length=2000)] = ""
    start_at: Moment | None = None
    end_at: Moment | None = None
    start_kind: Literal["automatic", "manual"] = "automatic"
    goal: Literal["exhaust", "none"] = Field("exhaust", description="none: endless, ends by a person or end_at.")
    only_with_agent: bool = True
    no_agent_grace: Annotated[int, Field(ge=0, le=DAY)] = 300
    priority: Annotated[int, Field(ge=1, le=99)] | None = None
    max_calls: Annotated[int, Field(ge=1, le=100)] | None = None
    working_hours: Id | None = None
    hours: Annotated[list[PeriodRow], Field(max_length=500)] = Field(
        [], description="Rows of weekday (0 is Monday), start minute, end minute; none: all hours."
    )
    holidays: bool = Field(True, description="Do not call on the organisation's holidays.")
    local_time: Literal["off", "both", "callee"] = "off"
    hotlines: Ids = []
    caller_id: Literal["single", "random_chosen", "random_all"] = "single"
    answer_wait: Literal[15, 20, 30, 60] = 30
    max_attempts: Annotated[int, Field(ge=1, le=50)] = 3
    gap: Annotated[int, Field(ge=60, le=30 * DAY)] = 1800
    retries: RetriesIn = RetriesIn()
    do_not_call_again_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    coefficient: Annotated[float, Field(ge=1, le=10, strict=False)] = 1.0
    pacing: Literal["adaptive", "pickup_rate", "coefficient"] = Field("adaptive", description="Of predictive.")
    pickup_rate: Annotated[int, Field(ge=1, le=100)] = Field(50, description="Per cent of calls that are answered.")
    pace_start: Literal["careful", "fast"] = "careful"
    max_abandon: Annotated[float, Field(ge=0, le=0.1, strict=False)] | None = Field(
        0.03, description="Share of live answers that may be abandoned; null: no limit, not with adaptive."
    )
    short_hang_up: Annotated[int, Field(ge=0, le=5)] = Field(
        2, description="Who hangs up so many seconds after the answer is not counted as abandoned."
    )
    governed: Literal["abandoned", "late"] = Field(
        "abandoned", description="late: answers with no agent within two seconds are what the limit is about."
    )
    budget_window: Literal["30_days", "24_hours", "day"] = "30_days"
    detect_machines: bool = Field(
        False, description="Hang up on machines; needs campaigns.detect and the organisation's own setting."
    )
    detection_time: Annotated[float, Field(ge=1, le=6, strict=False)] = Field(
        3.5, description="Seconds from the answer after which a call counts as a person's. max_wait must be longer."
    )
    false_machines: Annotated[float, Field(ge=0, le=0.1, strict=False)] = Field(
        0.03,
        description="Share of calls taken for machines that were people, as you estimate; counted as abandoned.",
    )
    agent_ring: Annotated[int, Field(ge=5, le=60)] = 30
    max_wait: Annotated[int, Field(ge=1, le=300)] = 60
    wrap_up: Annotated[int, Field(ge=0, le=HOUR)] = 15
    result_set: Id | None = None
    script: Id | None = Field(None, description="Null: the organisation's default script.")
    show_script: bool = Field(True, description="Whether agents see a script.")
    other_scripts: Annotated[list[OtherScript], Field(max_length=500)] = Field(
        [], description="Agents and groups with another script than the campaign's; an agent's goes before a group's."
    )
    result_required: bool = True
    ready_early: bool = True
    extend_once: bool = True
    auto_answer: bool = True
    recording: bool = False
    hold_music: Id | None = Field(None, description="A sound of the audio library; none: the switch's own.")
    abandoned_message: Id | None = Field(
        None, description="A sound for customers to whom no agent came; none: the call just ends."
    )
    preview_time: Annotated[int, Field(ge=1, le=HOUR)] = 30
    preview_start: Literal["shown", "accepted"] = "accepted"
    accept_timeout: Annotated[int, Field(ge=5, le=300)] = 30
    may_skip: bool = True
    may_hold: bool = True
    several_numbers: bool = False
    agents: Ids = []
    groups: Ids = []

    def given(self) -> dict[str, Any]:
        """Only what the caller sent, in the form ``validation.clean`` reads."""
        sent = {name: getattr(self, name) for name in self.model_fields_set & set(Settings.model_fields)}
        if "retries" in sent:
            sent["retries"] = {event: plan for event, plan in sent["retries"].model_dump().items() if plan is not None}
        if "other_scripts" in sent:
            sent["other_scripts"] = [other.model_dump(exclude_none=True) for other in sent["other_scripts"]]
        return sent


class SourceIn(In):
    """Where contacts come from: ``contacts`` with ids; or a group, filter, import or campaign with its id."""

    kind: Literal["contacts", "group", "filter", "import", "campaign"]
    id: Id | None = None
    ids: Annotated[list[Id], Field(max_length=10_000)] | None = None
    states: Annotated[list[ShortText], Field(max_length=20)] | None = Field(
        None, description="Of a campaign: only tasks in these states."
    )


class CampaignIn(Settings):
    name: Annotated[str, Field(pattern=SHOWN, max_length=150)]
    mode: Mode = "progressive"
    contacts: Annotated[list[SourceIn], Field(max_length=50)] = []
    draft: bool = Field(False, description="Leave it a draft; PUT its approval or creation later.")


class CampaignPatch(Settings):
    name: Annotated[str, Field(pattern=SHOWN, max_length=150)] = ""
    mode: Mode = "progressive"
    version: Version | None = Field(None, description="Refuse if somebody changed it since this version was read.")

    def given(self) -> dict[str, Any]:
        return super().given() | {name: getattr(self, name) for name in self.model_fields_set & {"name", "mode"}}


class IntakeOut(Out):
    added: int = 0
    duplicates: int = 0
    invalid: int = 0
    excluded: int = 0
    over_limit: int = 0
    problem: str = ""


class CampaignOut(Out):
    id: int
    name: str
    description: str
    mode: str
    state: str
    state_reason: str
    state_since: datetime
    wanted: str = Field(description="What people asked for: run, pause, finish, or nothing.")
    held_code: str = Field(description="Why a running campaign starts no call now.")
    version: int
    created_at: datetime
    intake: IntakeOut = Field(description="What became of the contacts given so far.")
    start_at: datetime | None
    end_at: datetime | None
    start_kind: str
    goal: str
    only_with_agent: bool
    no_agent_grace: int
    priority: int | None
    max_calls: int | None
    working_hours: int | None
    hours: list[list[int]]
    holidays: bool
    local_time: str
    hotlines: list[int]
    caller_id: str
    answer_wait: int
    max_attempts: int
    gap: int
    retries: dict[str, dict[str, int]]
    do_not_call_again_days: int | None
    coefficient: float
    pacing: str
    pickup_rate: int
    pace_start: str
    max_abandon: float | None
    short_hang_up: int
    governed: str
    budget_window: str
    detect_machines: bool
    detection_time: float
    false_machines: float
    agent_ring: int
    max_wait: int
    wrap_up: int
    result_set: int | None
    script: int | None
    show_script: bool
    other_scripts: list[OtherScriptOut]
    result_required: bool
    ready_early: bool
    extend_once: bool
    auto_answer: bool
    recording: bool
    hold_music: int | None
    abandoned_message: int | None
    preview_time: int
    preview_start: str
    accept_timeout: int
    may_skip: bool
    may_hold: bool
    several_numbers: bool
    agents: list[int]
    groups: list[int]

    @staticmethod
    def of(campaign: Campaign, actor: Actor) -> CampaignOut:
        own = {"hotlines", "agents", "groups", "other_scripts", "working_hours", "result_set", "script"}
        own |= {"hold_music", "abandoned_message"}
        values: dict[str, Any] = {name: getattr(campaign, name) for name in CampaignOut.model_fields if name not in own}
        values |= chosen_of(campaign)
        if actor.limited_to is not None:
            for name, scope in (("agents", agent_scope), ("groups", group_scope)):
                seen = getattr(campaign, name).filter(scope(actor))
                values[name] = list(seen.order_by("pk").values_list("pk", flat=True))
            mine = {("agent", pk) for pk in values["agents"]} | {("group", pk) for pk in values["groups"]}
            values["other_scripts"] = [one for one in values["other_scripts"] if mine & set(one.items())]
        values |= {"working_hours": campaign.working_hours_id, "result_set": campaign.result_set_id}
        values |= {"script": campaign.script_id, "hold_music": campaign.hold_music_id}
        values["abandoned_message"] = campaign.abandoned_message_id
        return CampaignOut.model_validate(values)


class CampaignRow(Out):
    """A campaign in a list: read it alone for its settings."""

    id: int
    name: str
    mode: str
    state: str
    state_reason: str
    wanted: str
    priority: int | None
    version: int
    created_at: datetime
    start_at: datetime | None
    end_at: datetime | None
