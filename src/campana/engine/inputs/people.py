"""What people at their desks wish for and say."""

from __future__ import annotations

from dataclasses import dataclass

from campana.engine.config import TaskCard
from campana.engine.words import Presence, ResultClass
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, ContactId, ResultId, TaskId
from campana.kernel.phone import PhoneNumber


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """What the person asked for. ``online``: signed in with a telephone; ``dialling``: campaign screen open."""

    agent_id: AgentId
    presence: Presence
    online: bool = True
    dialling: bool = True


@dataclass(frozen=True, slots=True)
class PreviewAccepted:
    agent_id: AgentId
    task_id: TaskId


@dataclass(frozen=True, slots=True)
class DialNowRequested:
    agent_id: AgentId
    task_id: TaskId


@dataclass(frozen=True, slots=True)
class SkipRequested:
    """Skips a previewed contact, or declines an offered one."""

    agent_id: AgentId
    task_id: TaskId
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HoldRequested:
    """Stops the preview countdown until Dial now."""

    agent_id: AgentId
    task_id: TaskId


@dataclass(frozen=True, slots=True)
class CallRequested:
    """The agent wants to call a number by hand, outside all campaigns (CRM-211, CRM-213)."""

    request_id: int
    agent_id: AgentId
    number: PhoneNumber
    time_zone: str
    """The callee's; empty where it is not known."""
    contact_id: ContactId | None
    asked_at: Instant


@dataclass(frozen=True, slots=True)
class HangUpRequested:
    agent_id: AgentId
    attempt_id: AttemptId


@dataclass(frozen=True, slots=True)
class DeclineRequested:
    """The agent does not take the caller who is offered."""

    agent_id: AgentId
    attempt_id: AttemptId


@dataclass(frozen=True, slots=True)
class RingAgainRequested:
    """The agent's telephone was away and is back, in the same place or in another: a page loaded anew."""

    agent_id: AgentId
    attempt_id: AttemptId


@dataclass(frozen=True, slots=True)
class ResultEntered:
    """What the agent said of a conversation, with a planned call back where the class asks for one."""

    agent_id: AgentId
    attempt_id: AttemptId
    result_id: ResultId
    result_class: ResultClass
    callback_at: Instant | None = None
    callback_to_me: bool = False


@dataclass(frozen=True, slots=True)
class LateResultEntered:
    """A result entered or corrected after wrap-up (CAM-343), for a task that is neither held nor live."""

    result: ResultEntered
    card: TaskCard


@dataclass(frozen=True, slots=True)
class LateMarkEntered:
    """ "Do not call", entered for a call outside campaigns that was closed already."""

    agent_id: AgentId
    attempt_id: AttemptId


@dataclass(frozen=True, slots=True)
class ReadyRequested:
    """Ends wrap-up before its time."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True)
class ExtendRequested:
    """One more wrap-up time, once per conversation."""

    agent_id: AgentId
