"""The closed vocabularies in words: code to shape, colour and text. No raw code ever reaches a page.

``STATES[vocabulary][code]`` is ``(kind, text)``; kinds are the shapes and colours of state.css and shapes.svg.
"""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from campana.engine import words as w
from campana.kernel.refusals import Invalids, NotFound, Refused

Said = tuple[str, Promise]

CAMPAIGN: Final[dict[str, Said]] = {
    w.CampaignState.DRAFT: ("draft", _("Draft")),
    w.CampaignState.PROCESSING: ("processing", _("Processing")),
    w.CampaignState.NOT_APPROVED: ("approval", _("Not approved")),
    w.CampaignState.SCHEDULED: ("scheduled", _("Scheduled")),
    w.CampaignState.RUNNING: ("running", _("Running")),
    w.CampaignState.PAUSED: ("paused", _("Paused")),
    w.CampaignState.FINISHED: ("finished", pgettext_lazy("a campaign", "Finished")),
    w.CampaignState.ARCHIVED: ("offline", _("Archived")),
}
REASON: Final[dict[str, Said]] = {
    w.CampaignReason.BY_USER: ("", _("by a person")),
    w.CampaignReason.OUTSIDE_HOURS: ("", _("outside the calling hours")),
    w.CampaignReason.NO_CONTACTS: ("", _("no contacts")),
    w.CampaignReason.NO_AGENT: ("", _("no agent available")),
    w.CampaignReason.HOTLINES_FAILING: ("", _("every hotline fails")),
    w.CampaignReason.NO_LICENCE: ("", _("no free call licence")),
    w.CampaignReason.CONFIGURATION: ("", _("settings must be corrected")),
    w.CampaignReason.EXHAUSTED: ("", _("list exhausted")),
    w.CampaignReason.END_TIME: ("", _("end time reached")),
}
MODE: Final[dict[str, Said]] = {
    w.DialMode.MANUAL: ("", _("Manual")),
    w.DialMode.PREVIEW: ("", _("Preview")),
    w.DialMode.PROGRESSIVE: ("", _("Progressive")),
    w.DialMode.SIMULTANEOUS: ("", _("Simultaneous")),
    w.DialMode.AGENT_FIRST: ("", _("Agent first")),
    w.DialMode.PREDICTIVE: ("", _("Predictive")),
    w.DialMode.AUTOCALL: ("", _("Auto-call")),
    w.DialMode.NOTIFICATION: ("", _("Notification")),
    w.DialMode.OFFER: ("", _("Special offer")),
    w.DialMode.SURVEY: ("", _("Survey")),
    w.DialMode.AUTO_CALLBACK: ("", _("Auto callback")),
    w.DialMode.INBOUND: ("", _("Inbound call")),
}
TASK: Final[dict[str, Said]] = {
    w.TaskState.WAITING: ("waiting", _("Waiting")),
    w.TaskState.PLANNED: ("callback", _("Planned")),
    w.TaskState.RESERVED: ("preview", _("Reserved")),
    w.TaskState.IN_CALL: ("talking", _("In a call")),
    w.TaskState.WRAP_UP: ("wrapup", _("Wrap-up")),
    w.TaskState.SKIPPED: ("refusal", _("Skipped")),
    w.TaskState.COMPLETED: ("success", _("Completed")),
    w.TaskState.NOT_REACHED: ("noanswer", _("Not reached")),
    w.TaskState.INVALID: ("invalid", _("Invalid number")),
    w.TaskState.EXCLUDED: ("dnc", _("Excluded")),
    w.TaskState.STOPPED: ("finished", _("Stopped")),
    w.TaskState.DELETED: ("rejected", _("Deleted")),
    w.TaskState.NOT_PROCESSED: ("offline", _("Not processed")),
    w.TaskState.SERVED_INBOUND: ("answered", _("Served by an inbound call")),
}
ATTEMPT: Final[dict[str, Said]] = {
    w.AttemptState.RINGING_AGENT: ("ringing", _("Rings the agent")),
    w.AttemptState.DIALLING: ("processing", _("Dialling")),
    w.AttemptState.RINGING: ("ringing", _("Ringing")),
    w.AttemptState.DETECTING: ("machine", _("Listening for a machine")),
    w.AttemptState.WAITING_AGENT: ("busy", _("Waits for an agent")),
    w.AttemptState.CONNECTED: ("talking", _("Talking")),
    w.AttemptState.ENDED: ("finished", _("Ended")),
}
OUTCOME: Final[dict[str, Said]] = {
    w.Outcome.ANSWERED: ("answered", _("Answered")),
    w.Outcome.NO_ANSWER: ("noanswer", _("No answer")),
    w.Outcome.BUSY: ("busy", _("Busy")),
    w.Outcome.REJECTED: ("rejected", _("Rejected")),
    w.Outcome.UNAVAILABLE: ("offline", _("Unavailable")),
    w.Outcome.INVALID_NUMBER: ("invalid", _("Invalid number")),
    w.Outcome.CONGESTION: ("waiting", _("Network congestion")),
    w.Outcome.MACHINE: ("machine", _("Answering machine")),
    w.Outcome.ABANDONED: ("abandoned", _("Abandoned")),
    w.Outcome.HUNG_UP_WAITING: ("abandoned", _("Hung up while waiting")),
    w.Outcome.AGENT_NO_ANSWER: ("late", _("Agent did not answer")),
    w.Outcome.HOTLINE_FAILURE: ("fault", _("Hotline failure")),
    w.Outcome.CANCELLED: ("finished", _("Cancelled")),
    w.Outcome.MISSED: ("abandoned", _("Missed call")),
    w.Outcome.LOST: ("abandoned", _("Caller hung up while waiting")),
    w.Outcome.SYSTEM_ERROR: ("fault", _("System error")),
}
VERDICT: Final[dict[str, Said]] = {
    w.Verdict.HUMAN: ("answered", _("A person")),
    w.Verdict.MACHINE: ("machine", _("Answering machine")),
    w.Verdict.ROBOT: ("machine", _("A robot")),
    w.Verdict.FAX: ("machine", _("A fax")),
    w.Verdict.SILENCE: ("answered", _("Silence, taken for a person")),
    w.Verdict.UNSURE: ("answered", _("Not sure, taken for a person")),
}
CAUSE: Final[dict[str, Said]] = {
    w.Cause.HUNG_UP: ("", _("the other side hung up")),
    w.Cause.WE_HUNG_UP: ("", _("we hung up")),
    w.Cause.BUSY: ("", _("the line was busy")),
    w.Cause.RING_TIMEOUT: ("", _("it rang until our time was over")),
    w.Cause.REJECTED: ("", _("the call was rejected")),
    w.Cause.UNAVAILABLE: ("", _("the telephone is switched off or out of reach")),
    w.Cause.NOT_FOUND: ("", _("the network does not know the number")),
    w.Cause.CONGESTION: ("", _("the network is congested")),
    w.Cause.TRUNK_DEAD: ("", _("the carrier gave no response")),
    w.Cause.LOST: ("", _("the switch lost the call and never said why")),
    w.Cause.SWITCH_ERROR: ("", _("the switch refused the command")),
}
AGENT: Final[dict[str, Said]] = {
    w.AgentState.OFFLINE: ("offline", _("Offline")),
    w.AgentState.OFF: ("finished", _("Off")),
    w.AgentState.NOT_READY: ("paused", _("Not ready")),
    w.AgentState.READY: ("waiting", _("Ready, screen closed")),
    w.AgentState.AVAILABLE: ("ready", _("Ready")),
    w.AgentState.OFFERED: ("approval", _("Offered a contact")),
    w.AgentState.PREVIEW: ("preview", _("Preview")),
    w.AgentState.RESERVED: ("processing", _("Dialling")),
    w.AgentState.RINGING: ("ringing", _("Ringing")),
    w.AgentState.IN_CALL: ("talking", _("Talking")),
    w.AgentState.WRAP_UP: ("wrapup", _("Wrap-up")),
}
PRESENCE: Final[dict[str, Said]] = {
    w.Presence.OFF: ("finished", _("Off")),
    w.Presence.NOT_READY: ("paused", _("Not ready")),
    w.Presence.READY: ("ready", _("Ready")),
}
RESULT: Final[dict[str, Said]] = {
    w.ResultClass.SUCCESS: ("success", _("Success")),
    w.ResultClass.REFUSAL: ("refusal", _("Refusal")),
    w.ResultClass.CALL_BACK: ("callback", _("Call back")),
    w.ResultClass.UNREACHABLE: ("noanswer", _("Not reachable")),
    w.ResultClass.WRONG_NUMBER: ("wrong", _("Wrong number")),
    w.ResultClass.DO_NOT_CALL: ("dnc", _("Do not call")),
}
REFUSAL: Final[dict[str, Said]] = {
    w.RefusalCode.SUPPRESSED: ("dnc", _("Do not call")),
    w.RefusalCode.DO_NOT_CALL_AGAIN: ("dnc", _("Asked not to be called again")),
    w.RefusalCode.INVALID_NUMBER: ("invalid", _("No valid number")),
    w.RefusalCode.BLOCKED_NUMBER: ("invalid", _("Number of a blocked range")),
    w.RefusalCode.OUTSIDE_HOURS: ("scheduled", _("Outside the calling hours")),
    w.RefusalCode.NOT_YET: ("scheduled", _("Not due yet")),
    w.RefusalCode.TOO_LATE: ("late", _("Too late for this contact")),
    w.RefusalCode.MAX_ATTEMPTS: ("refusal", _("All attempts used")),
    w.RefusalCode.FREQUENCY_CAP: ("refusal", _("Called often enough in all campaigns")),
    w.RefusalCode.IN_ANOTHER_CALL: ("talking", _("In another call")),
    w.RefusalCode.LICENCE_FULL: ("busy", _("All licensed calls are in use")),
    w.RefusalCode.TRUNK_FULL: ("busy", _("All lines of the trunk are in use")),
    w.RefusalCode.TRUNK_PACED: ("waiting", _("The trunk takes no more calls this second")),
    w.RefusalCode.HOTLINE_RESTING: ("paused", _("The hotline is resting")),
    w.RefusalCode.NO_HOTLINE: ("fault", _("No working hotline")),
    w.RefusalCode.NO_AGENT: ("offline", _("No agent ready")),
    w.RefusalCode.AGENT_AWAY: ("offline", _("The contact’s own agent is away")),
    w.RefusalCode.CAMPAIGN_NOT_RUNNING: ("paused", _("The campaign does not run")),
    w.RefusalCode.CAMPAIGN_FULL: ("busy", _("The campaign has as many calls as it may")),
    w.RefusalCode.EMERGENCY_STOP: ("fault", _("Everything is stopped")),
    w.RefusalCode.SWITCH_AWAY: ("fault", _("The telephone exchange is not reachable")),
    w.RefusalCode.AGENT_BUSY: ("busy", _("The agent is busy or away")),
    w.RefusalCode.REQUEST_OLD: ("late", _("Asked for too long ago")),
}
IMPORT: Final[dict[str, Said]] = {
    "uploaded": ("draft", _("Uploaded")),
    "queued": ("scheduled", _("Queued")),
    "running": ("running", _("Running")),
    "finished": ("success", _("Finished")),
    "cancelled": ("finished", _("Cancelled")),
    "failed": ("fault", _("Failed")),
}
STATES: Final[dict[str, dict[str, Said]]] = {
    "campaign": CAMPAIGN,
    "reason": REASON,
    "mode": MODE,
    "task": TASK,
    "attempt": ATTEMPT,
    "outcome": OUTCOME,
    "verdict": VERDICT,
    "cause": CAUSE,
    "agent": AGENT,
    "presence": PRESENCE,
    "result": RESULT,
    "refusal": REFUSAL,
    "import": IMPORT,
}


def said(vocabulary: str, code: str) -> tuple[str, str]:
    """Kind and text of a code; an unknown code is told as such rather than shown raw."""
    kind, text = STATES[vocabulary].get(code, ("draft", _("Not known")))
    return kind, str(text)


def refusal_words(refused: Refused) -> str:
    """What a refusal says in the reader's language. Its English detail is the message of the catalogue."""
    if isinstance(refused, Invalids):
        return " ".join(refusal_words(problem) for problem in refused.problems)
    if type(refused) is NotFound:
        return gettext("It does not exist, or it belongs to another organisation.")
    text = gettext(refused.says)
    return text.format_map(refused.facts) if refused.facts else text
