"""What the engine answers: commands for the switch, requests for the database, facts for the journal.

The runtime journals all facts of a batch in one transaction and only then lets commands leave, so an
``Originate`` is never sent for an attempt that is not on disk.
"""

from __future__ import annotations

from typing import TypeAlias

from campana.engine.outputs.commands import (
    AnswerCall,
    Bridge,
    Command,
    DetectMachine,
    HangUp,
    Monitor,
    Originate,
    PlayHoldMusic,
    PlayRinging,
    PlaySound,
    RingAgent,
    StartRecording,
)
from campana.engine.outputs.facts import (
    AgentMoved,
    AgentSetNotReady,
    AttemptEnded,
    AttemptJudged,
    AttemptMoved,
    AttemptOpened,
    AttemptRecorded,
    CallRefused,
    CampaignHeld,
    CampaignMoved,
    ContactMarked,
    Fact,
    HotlineRested,
    InputRefused,
    PaceDecided,
    Permit,
    Refusal,
    TaskMoved,
    TaskRefused,
    WrapUpEnded,
)
from campana.engine.outputs.requests import ReleaseTasks, Request, ReserveTasks

__all__ = [
    "AgentMoved",
    "AgentSetNotReady",
    "AnswerCall",
    "AttemptEnded",
    "AttemptJudged",
    "AttemptMoved",
    "AttemptOpened",
    "AttemptRecorded",
    "Bridge",
    "CallRefused",
    "CampaignHeld",
    "CampaignMoved",
    "Command",
    "ContactMarked",
    "DetectMachine",
    "Fact",
    "HangUp",
    "HotlineRested",
    "InputRefused",
    "Monitor",
    "Originate",
    "Output",
    "PaceDecided",
    "Permit",
    "PlayHoldMusic",
    "PlayRinging",
    "PlaySound",
    "Refusal",
    "ReleaseTasks",
    "Request",
    "ReserveTasks",
    "RingAgent",
    "StartRecording",
    "TaskMoved",
    "TaskRefused",
    "WrapUpEnded",
]

Output: TypeAlias = Command | Request | Fact
