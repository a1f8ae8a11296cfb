"""The closed vocabularies of the dialler. Their values are stored, so they are stable codes."""

from __future__ import annotations

from enum import StrEnum


class DialMode(StrEnum):
    MANUAL = "manual"
    PREVIEW = "preview"
    PROGRESSIVE = "progressive"
    SIMULTANEOUS = "simultaneous"
    AGENT_FIRST = "agent_first"
    PREDICTIVE = "predictive"
    AUTOCALL = "autocall"
    NOTIFICATION = "notification"
    OFFER = "offer"
    SURVEY = "survey"
    AUTO_CALLBACK = "auto_callback"
    INBOUND = "inbound"
    """No mode of a campaign: somebody called us."""


DETECTING_MODES = frozenset(DialMode) - {DialMode.MANUAL, DialMode.AUTO_CALLBACK, DialMode.INBOUND}
"""Modes that offer machine detection (CAM-174)."""


class CampaignState(StrEnum):
    """Appendix C.1. The first three belong to the campaigns app, the rest is moved by the engine."""

    DRAFT = "draft"
    PROCESSING = "processing"
    NOT_APPROVED = "not_approved"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    ARCHIVED = "archived"


class CampaignReason(StrEnum):
    """Why a campaign is paused or finished (CAM-062, C.1)."""

    NONE = ""
    BY_USER = "by_user"
    OUTSIDE_HOURS = "outside_hours"
    NO_CONTACTS = "no_contacts"
    NO_AGENT = "no_agent"
    HOTLINES_FAILING = "hotlines_failing"
    NO_LICENCE = "no_licence"
    CONFIGURATION = "configuration"
    EXHAUSTED = "exhausted"
    END_TIME = "end_time"


class Wanted(StrEnum):
    """What people asked of a campaign; what it does is its state."""

    RUN = "run"
    PAUSE = "pause"
    FINISH = "finish"


class TaskState(StrEnum):
    """Appendix C.2. ``PLANNED`` is "retry planned" and "not before"; due tasks are ``WAITING``."""

    WAITING = "waiting"
    PLANNED = "planned"
    RESERVED = "reserved"
    IN_CALL = "in_call"
    WRAP_UP = "wrap_up"
    SKIPPED = "skipped"
    COMPLETED = "completed"
    NOT_REACHED = "not_reached"
    INVALID = "invalid"
    EXCLUDED = "excluded"
    STOPPED = "stopped"
    DELETED = "deleted"
    NOT_PROCESSED = "not_processed"
    SERVED_INBOUND = "served_inbound"

    @property
    def final(self) -> bool:
        return self in FINAL_TASK_STATES


FINAL_TASK_STATES = frozenset(
    {
        TaskState.COMPLETED,
        TaskState.NOT_REACHED,
        TaskState.INVALID,
        TaskState.EXCLUDED,
        TaskState.STOPPED,
        TaskState.DELETED,
        TaskState.NOT_PROCESSED,
        TaskState.SERVED_INBOUND,
    }
)


class AttemptState(StrEnum):
    """Appendix C.3, the states that are needed."""

    RINGING_AGENT = "ringing_agent"
    DIALLING = "dialling"
    RINGING = "ringing"
    DETECTING = "detecting"
    """Picked up; the switch listens whether a person or a machine speaks."""
    WAITING_AGENT = "waiting_agent"
    CONNECTED = "connected"
    ENDED = "ended"


class Outcome(StrEnum):
    """What the network or detection said (CAM-345)."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNAVAILABLE = "unavailable"
    INVALID_NUMBER = "invalid_number"
    CONGESTION = "congestion"
    MACHINE = "machine"
    ABANDONED = "abandoned"
    HUNG_UP_WAITING = "hung_up_waiting"
    AGENT_NO_ANSWER = "agent_no_answer"
    HOTLINE_FAILURE = "hotline_failure"
    CANCELLED = "cancelled"
    MISSED = "missed"
    """A call that came in and that nobody of ours took: closed, nobody there, or the longest wait was over."""
    LOST = "lost"
    """A caller who hung up while waiting."""
    SYSTEM_ERROR = "system_error"


class MonitorMode(StrEnum):
    """How a supervisor is in a talk."""

    LISTEN = "listen"
    """Hears both, is heard by nobody."""
    WHISPER = "whisper"
    """Hears both, is heard by the agent alone."""
    BARGE = "barge"
    """Hears both, is heard by both."""


class Verdict(StrEnum):
    """What machine detection heard (CAM-508). Whatever is no machine for sure counts as a person."""

    HUMAN = "human"
    MACHINE = "machine"
    ROBOT = "robot"
    FAX = "fax"
    SILENCE = "silence"
    """Nobody said a word."""
    UNSURE = "unsure"
    """The time was over, or the switch said nothing."""


MACHINES: frozenset[Verdict] = frozenset({Verdict.MACHINE, Verdict.ROBOT, Verdict.FAX})


class RetryEvent(StrEnum):
    """Kinds of event with their own attempts and waits (CAM-356)."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNAVAILABLE = "unavailable"
    MACHINE = "machine"
    ABANDONED = "abandoned"
    DROPPED = "dropped"
    HOTLINE = "hotline"
    """Not of people's making: how often no network answered at all. Counts nothing, but is remembered."""


PLANNED_EVENTS: tuple[RetryEvent, ...] = tuple(event for event in RetryEvent if event is not RetryEvent.HOTLINE)
"""The events for which a campaign may set attempts and waits."""


class Cause(StrEnum):
    """Why a leg ended, as a driver tells it. Every driver must tell these apart."""

    HUNG_UP = "hung_up"  # the far end, after answer
    WE_HUNG_UP = "we_hung_up"  # our own hang-up or cancel
    BUSY = "busy"  # 486, Q.850 17
    RING_TIMEOUT = "ring_timeout"  # our own timer ran out while it rang
    REJECTED = "rejected"  # 603, 607, Q.850 21
    UNAVAILABLE = "unavailable"  # 480
    NOT_FOUND = "not_found"  # 404, 410, 484, Q.850 1
    CONGESTION = "congestion"  # 503, Q.850 34
    TRUNK_DEAD = "trunk_dead"  # the carrier gave no response at all
    LOST = "lost"  # the switch no longer knows it and never said why
    SWITCH_ERROR = "switch_error"  # the switch refused the command


class Presence(StrEnum):
    """What a person asked for. ``Dialling`` is READY with the campaign screen open."""

    OFF = "off"
    NOT_READY = "not_ready"
    READY = "ready"


class AgentState(StrEnum):
    """Appendix C.4: what the engine knows an agent is doing."""

    OFFLINE = "offline"
    OFF = "off"
    NOT_READY = "not_ready"
    READY = "ready"
    AVAILABLE = "available"
    OFFERED = "offered"
    PREVIEW = "preview"
    RESERVED = "reserved"
    RINGING = "ringing"
    IN_CALL = "in_call"
    WRAP_UP = "wrap_up"


class ResultClass(StrEnum):
    """What a result means for the task (CAM-342)."""

    SUCCESS = "success"
    REFUSAL = "refusal"
    CALL_BACK = "call_back"
    UNREACHABLE = "unreachable"
    WRONG_NUMBER = "wrong_number"
    DO_NOT_CALL = "do_not_call"


class RefusalCode(StrEnum):
    """Why a task is not dialled now. Each is a line of "why is nothing dialling?"."""

    SUPPRESSED = "suppressed"
    DO_NOT_CALL_AGAIN = "do_not_call_again"
    INVALID_NUMBER = "invalid_number"
    BLOCKED_NUMBER = "blocked_number"
    OUTSIDE_HOURS = "outside_hours"
    NOT_YET = "not_yet"
    TOO_LATE = "too_late"
    MAX_ATTEMPTS = "max_attempts"
    FREQUENCY_CAP = "frequency_cap"
    IN_ANOTHER_CALL = "in_another_call"
    LICENCE_FULL = "licence_full"
    TRUNK_FULL = "trunk_full"
    TRUNK_PACED = "trunk_paced"
    HOTLINE_RESTING = "hotline_resting"
    NO_HOTLINE = "no_hotline"
    NO_AGENT = "no_agent"
    AGENT_AWAY = "agent_away"
    CAMPAIGN_NOT_RUNNING = "campaign_not_running"
    CAMPAIGN_FULL = "campaign_full"
    EMERGENCY_STOP = "emergency_stop"
    SWITCH_AWAY = "switch_away"
    AGENT_BUSY = "agent_busy"
    REQUEST_OLD = "request_old"


class Goal(StrEnum):
    EXHAUST = "exhaust"
    NONE = "none"


class StartKind(StrEnum):
    AUTOMATIC = "automatic"
    MANUAL = "manual"


class LocalTime(StrEnum):
    """CAM-435: whose wall clock the schedule is read on."""

    OFF = "off"
    BOTH = "both"
    CALLEE = "callee"


class PreviewStart(StrEnum):
    """CAM-093: when the countdown begins."""

    SHOWN = "shown"
    ACCEPTED = "accepted"


class PacingMethod(StrEnum):
    """How Predictive finds the number of calls to start (CAM-124)."""

    ADAPTIVE = "adaptive"
    PICKUP_RATE = "pickup_rate"
    COEFFICIENT = "coefficient"


class PaceStart(StrEnum):
    """How Adaptive begins, before it has seen anything (CAM-487)."""

    CAREFUL = "careful"
    FAST = "fast"


class Governed(StrEnum):
    """Which figure the abandonment limit is about (CAM-486)."""

    ABANDONED = "abandoned"
    """Nobody took the call: max wait ran out, or the customer hung up waiting."""
    LATE = "late"
    """No agent within two seconds of the answer, whatever came afterwards."""


class BudgetWindow(StrEnum):
    """Over what time the law counts abandoned calls."""

    DAYS_30 = "30_days"
    HOURS_24 = "24_hours"
    DAY = "day"


class PaceBound(StrEnum):
    """What kept the next call from being started: a line of "why this pace"."""

    RISK = "risk"
    CAP = "cap"
    START = "start"
    NOBODY = "nobody"
    METHOD = "method"
    SMALL_TEAM = "small_team"
    OVER_LIMIT = "over_limit"
    ZERO_LIMIT = "zero_limit"


class CallerIdPolicy(StrEnum):
    SINGLE = "single"
    RANDOM_CHOSEN = "random_chosen"
    RANDOM_ALL = "random_all"
