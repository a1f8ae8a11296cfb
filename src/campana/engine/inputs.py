"""What the engine can be told. Things that happened are in the past tense, wishes say so.

All are frozen; the instant at which an input counts is the ``now`` given to ``Engine.handle``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from campana.engine.config import AgentConfig, CampaignConfig, HotlineConfig, OrganisationConfig, TaskCard, TrunkConfig
from campana.engine.pacing.governor import Answer, Counted
from campana.engine.words import AttemptState, Cause, Presence, RefusalCode, ResultClass, Verdict
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, ContactId, HotlineId, LegId, ResultId, TaskId, TrunkId
from campana.kernel.phone import PhoneNumber

# --- configuration -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrganisationConfigured:
    organisation: OrganisationConfig


@dataclass(frozen=True, slots=True)
class CampaignConfigured:
    """A campaign is new to the engine, was edited, or somebody asked something of it (``wanted``)."""

    campaign: CampaignConfig


@dataclass(frozen=True, slots=True)
class CampaignRemoved:
    campaign_id: CampaignId


@dataclass(frozen=True, slots=True)
class AgentConfigured:
    agent: AgentConfig


@dataclass(frozen=True, slots=True)
class AgentRemoved:
    agent_id: AgentId


@dataclass(frozen=True, slots=True)
class TrunkConfigured:
    trunk: TrunkConfig


@dataclass(frozen=True, slots=True)
class HotlineConfigured:
    hotline: HotlineConfig


@dataclass(frozen=True, slots=True)
class HotlineRemoved:
    hotline_id: HotlineId


# --- people --------------------------------------------------------------------------------------


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


# --- campaigns -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StopRequested:
    """Stop immediately (CAM-061): unanswered attempts are cancelled, the campaign is paused."""

    campaign_id: CampaignId


@dataclass(frozen=True, slots=True)
class TasksAdded:
    """New or newly due work may be there; look again, the present buffer may be outranked."""

    campaign_id: CampaignId


@dataclass(frozen=True, slots=True)
class TasksReserved:
    """The answer to ``ReserveTasks``."""

    campaign_id: CampaignId
    request: int
    tasks: tuple[TaskCard, ...]
    open_tasks: int
    """Tasks not final after this reservation, these ones not counted; 0 decides "list exhausted"."""
    next_due: Instant | None = None
    """When the earliest planned task is due, where none is waiting."""
    personal: frozenset[AgentId] = frozenset()
    """Agents for whom due personal call backs are waiting."""


@dataclass(frozen=True, slots=True)
class AttemptRefused:
    """The database would not let an attempt begin: somebody else holds the number, or it was suppressed."""

    attempt_id: AttemptId
    code: RefusalCode


@dataclass(frozen=True, slots=True)
class OtherCallsCounted:
    """Live calls outside campaigns: manual and inbound (CAM-467)."""

    calls: int


# --- the switch ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallArrived:
    """Somebody calls one of our numbers and hears it ring. The switch made the leg, so its name is the switch's."""

    leg: LegId
    caller: str
    """As the carrier wrote it; what is not a number in international digits counts as withheld."""
    called: str
    """The number that was dialled, as the carrier wrote it."""
    trunk: str
    """The switch's name of the trunk it came by."""


@dataclass(frozen=True, slots=True)
class SoundFinished:
    """A message was played to its end, or could not be played: either way nothing more is heard."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class LegRinging:
    leg: LegId


@dataclass(frozen=True, slots=True)
class LegAnswered:
    leg: LegId


@dataclass(frozen=True, slots=True)
class VerdictReached:
    """What answered, as far as the switch could hear."""

    leg: LegId
    verdict: Verdict
    confidence: float | None = None
    """0 to 1, where the switch gives one."""


@dataclass(frozen=True, slots=True)
class LegEnded:
    leg: LegId
    cause: Cause
    sip_code: int | None = None


@dataclass(frozen=True, slots=True)
class RecordingFinished:
    leg: LegId
    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class SwitchLost:
    """The connection to the switch is gone: calls may be up, nothing can be commanded or heard."""


@dataclass(frozen=True, slots=True)
class LiveLeg:
    leg: LegId
    answered: bool
    arrived: CallArrived | None = None
    """Of a call that came in: what was told of it, or would have been if anybody had listened."""


@dataclass(frozen=True, slots=True)
class SwitchReturned:
    """The switch is heard again; these of our legs are up. Every other leg we believed in is gone."""

    legs: tuple[LiveLeg, ...]


@dataclass(frozen=True, slots=True)
class AttemptRestored:
    """After a restart: an attempt the journal left open. The switch has the last word on its legs."""

    attempt_id: AttemptId
    card: TaskCard
    state: AttemptState
    number_index: int
    hotline_id: HotlineId
    trunk_id: TrunkId
    agent_id: AgentId | None
    offers: int
    began_at: Instant
    answered_at: Instant | None = None
    connected_at: Instant | None = None
    result: ResultEntered | None = None
    """What the agent said while talking, as the web wrote it down."""
    number: PhoneNumber = PhoneNumber("")
    """What was dialled: the contact may have been deleted or changed since."""
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class WrapUpRestored:
    """After a restart: a conversation that ended but whose agent had not left wrap-up."""

    attempt_id: AttemptId
    card: TaskCard
    agent_id: AgentId
    number_index: int
    ended_at: Instant
    result: ResultEntered | None = None
    """What the agent said before the restart, as the web wrote it down."""


@dataclass(frozen=True, slots=True)
class CallRestored:
    """After a restart: a call by hand the journal left open, or (``ENDED``) one that was not closed after the talk."""

    attempt_id: AttemptId
    agent_id: AgentId
    number: PhoneNumber
    contact_id: ContactId | None
    hotline_id: HotlineId
    trunk_id: TrunkId
    state: AttemptState
    began_at: Instant
    connected_at: Instant | None = None
    result: ResultEntered | None = None
    offers: int = 1


@dataclass(frozen=True, slots=True)
class ArrivalRestored:
    """After a restart: a call that came in and the journal left open, or (``ENDED``) a talk that was not closed."""

    attempt_id: AttemptId
    leg: LegId
    number: PhoneNumber
    hotline_id: HotlineId
    trunk_id: TrunkId
    state: AttemptState
    agent_id: AgentId | None
    offers: int
    began_at: Instant
    answered_at: Instant | None = None
    connected_at: Instant | None = None
    refused: RefusalCode | None = None
    result: ResultEntered | None = None


@dataclass(frozen=True, slots=True)
class PacingRestored:
    """After a restart: what is known of a predictive campaign's live answers, so that its budget goes on."""

    campaign_id: CampaignId
    recent: tuple[Answer, ...] = ()
    """The last ones, oldest first."""
    counted: tuple[Counted, ...] = ()
    """All of the last 30 days."""
    machines: tuple[Instant, ...] = ()
    """When detection said machine, since the first of the recent ones."""


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nothing but time: handles what is due."""


Input: TypeAlias = (
    OrganisationConfigured
    | CampaignConfigured
    | CampaignRemoved
    | AgentConfigured
    | AgentRemoved
    | TrunkConfigured
    | HotlineConfigured
    | HotlineRemoved
    | PresenceChanged
    | PreviewAccepted
    | DialNowRequested
    | SkipRequested
    | HoldRequested
    | CallRequested
    | HangUpRequested
    | DeclineRequested
    | RingAgainRequested
    | ResultEntered
    | LateResultEntered
    | LateMarkEntered
    | ReadyRequested
    | ExtendRequested
    | StopRequested
    | TasksAdded
    | TasksReserved
    | AttemptRefused
    | OtherCallsCounted
    | CallArrived
    | SoundFinished
    | LegRinging
    | LegAnswered
    | VerdictReached
    | LegEnded
    | RecordingFinished
    | SwitchLost
    | SwitchReturned
    | AttemptRestored
    | WrapUpRestored
    | CallRestored
    | ArrivalRestored
    | PacingRestored
    | TimePassed
)
