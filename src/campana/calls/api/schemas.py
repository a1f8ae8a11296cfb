"""The shapes of attempts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from campana.accounts.api import Filters, Id, In, Moment, Out, Text
from campana.calls.models import Attempt
from campana.engine.words import AttemptState, Cause, DialMode, Outcome, ResultClass, Verdict


def _none_for_blank(value: Any) -> Any:
    return None if value == "" else value


class ResultOut(Out):
    id: int
    name: str
    result_class: ResultClass


class AttemptOut(Out):
    """One dialling of one number. ``outcome`` is what the network said, ``result`` what the agent said."""

    id: int
    campaign_id: int | None = Field(description="Null: an agent called by hand, outside all campaigns.")
    task_id: int | None
    contact_id: int | None = Field(description="Null where a typed number belongs to no contact.")
    number: str = Field(description="International digits, without plus.")
    hotline_id: int
    agent_id: int | None
    mode: DialMode
    state: AttemptState
    outcome: Annotated[Outcome | None, BeforeValidator(_none_for_blank)] = Field(description="Null until it ended.")
    cause: Annotated[Cause | None, BeforeValidator(_none_for_blank)]
    sip_code: int | None
    verdict: Annotated[Verdict | None, BeforeValidator(_none_for_blank)] = Field(
        description="What machine detection heard; null where it was not asked."
    )
    verdict_confidence: float | None = Field(description="0 to 1, where the switch says how sure it is.")
    verdict_at: datetime | None
    began_at: datetime
    ringing_at: datetime | None
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    wrapped_up_at: datetime | None
    result: ResultOut | None
    result_at: datetime | None
    callback_at: datetime | None
    callback_to_me: bool
    note: str
    script_version_id: int | None = Field(description="What the answers answer; null without answers.")
    answers: dict[str, str | int | float | bool | list[str]] = Field(
        description="What was answered in the script, by the names of its questions; dates as ISO words."
    )
    recording_seconds: float | None = Field(description="Null where there is no recording.")

    @staticmethod
    def resolve_answers(row: Attempt) -> dict[str, Any]:
        return row.answers or {}


class AttemptDetail(AttemptOut):
    permit: dict[str, Any] = Field(description="Why it was allowed: each rule asked just before dialling.")


class AttemptFilters(Filters):
    campaign: Id | None = None
    task: Id | None = None
    contact: Id | None = None
    agent: Id | None = None
    number: Annotated[str, Field(pattern=r"^[0-9]{7,15}$")] | None = Field(None, description="International digits.")
    outcome: Outcome | None = None
    state: AttemptState | None = None
    since: Moment | None = Field(None, description="Attempts begun at this instant or later.")
    until: Moment | None = Field(None, description="Attempts begun before this instant.")


class ResultIn(In):
    """What was said of a conversation. It replaces what was entered before."""

    result_id: Id
    note: Text = ""
    callback_at: Moment | None = Field(None, description="For results of the class call_back, and needed there.")
    callback_to_me: bool = Field(False, description="Whether the agent of the attempt calls back himself.")
