"""The shapes of webhooks and their deliveries."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from campana.accounts.api import In, Out

EventName = Literal["attempt.ended", "campaign.moved", "import.finished", "result.entered", "task.final"]
Url = Annotated[str, Field(pattern=r"^https?://[!-~]+$", max_length=500)]
Events = Annotated[list[EventName], Field(min_length=1, max_length=20)]


class WebhookIn(In):
    url: Url = Field(description="An https address on the public internet.", examples=["https://example.com/hook"])
    events: Events


class WebhookPatch(In):
    """What is not given stays as it is."""

    url: Url | None = None
    events: Events | None = None
    active: bool | None = Field(None, description="Switching on forgets earlier failures.")


class WebhookOut(Out):
    id: int
    url: str
    events: list[str]
    active: bool
    created_at: datetime
    failing_since: datetime | None = Field(description="The first failure after the last success.")
    disabled_at: datetime | None = Field(description="When it was switched off for never answering well.")


class WebhookWithSecret(WebhookOut):
    secret: str = Field(description="The key of the signature. Shown now and never again.")


class DeliveryOut(Out):
    id: int
    event: str
    payload: dict[str, Any]
    created_at: datetime
    tries: int
    tried_at: datetime | None
    next_at: datetime | None = Field(description="When it is tried (again); null when delivered or given up.")
    delivered_at: datetime | None
    status: int | None = Field(description="The receiver's last HTTP status.")
    problem: str = Field(description="Code of what went wrong last; empty when nothing did.")
    answer: str = Field(description="The beginning of the receiver's last answer, at most 2,000 bytes.")
