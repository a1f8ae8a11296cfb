"""What the engine can be told. Things that happened are in the past tense, wishes say so.

All are frozen; the instant at which an input counts is the ``now`` given to ``Engine.handle``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from campana.engine.inputs.campaigns import AttemptRefused, OtherCallsCounted, StopRequested, TasksAdded, TasksReserved
from campana.engine.inputs.configuration import (
    AgentConfigured,
    AgentRemoved,
    CampaignConfigured,
    CampaignRemoved,
    HotlineConfigured,
    HotlineRemoved,
    OrganisationConfigured,
    TrunkConfigured,
)
from campana.engine.inputs.people import (
    CallRequested,
    DeclineRequested,
    DialNowRequested,
    ExtendRequested,
    HangUpRequested,
    HoldRequested,
    LateMarkEntered,
    LateResultEntered,
    PresenceChanged,
    PreviewAccepted,
    ReadyRequested,
    ResultEntered,
    RingAgainRequested,
    SkipRequested,
)
from campana.engine.inputs.restored import (
    ArrivalRestored,
    AttemptRestored,
    CallRestored,
    PacingHistory,
    WrapUpRestored,
)
from campana.engine.inputs.switch import (
    CallArrived,
    LegAnswered,
    LegEnded,
    LegRinging,
    LiveLeg,
    RecordingFinished,
    SoundFinished,
    SwitchLost,
    SwitchReturned,
    VerdictReached,
)

__all__ = [
    "AgentConfigured",
    "AgentRemoved",
    "ArrivalRestored",
    "AttemptRefused",
    "AttemptRestored",
    "CallArrived",
    "CallRequested",
    "CallRestored",
    "CampaignConfigured",
    "CampaignRemoved",
    "DeclineRequested",
    "DialNowRequested",
    "ExtendRequested",
    "HangUpRequested",
    "HoldRequested",
    "HotlineConfigured",
    "HotlineRemoved",
    "Input",
    "LateMarkEntered",
    "LateResultEntered",
    "LegAnswered",
    "LegEnded",
    "LegRinging",
    "LiveLeg",
    "OrganisationConfigured",
    "OtherCallsCounted",
    "PacingHistory",
    "PresenceChanged",
    "PreviewAccepted",
    "ReadyRequested",
    "RecordingFinished",
    "ResultEntered",
    "RingAgainRequested",
    "SkipRequested",
    "SoundFinished",
    "StopRequested",
    "SwitchLost",
    "SwitchReturned",
    "TasksAdded",
    "TasksReserved",
    "TimePassed",
    "TrunkConfigured",
    "VerdictReached",
    "WrapUpRestored",
]


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
    | TimePassed
)
