"""Reading attempts."""

from campana.calls.queries.answers import Said, said_in
from campana.calls.queries.counts import Day, Work, agents_since, day_of, last_of, live_calls, results, without_result
from campana.calls.queries.lists import WITH_NAMES, AttemptFilter, Page, attempt_of, narrowed, of_task, page
from campana.calls.queries.promised import promised_by
from campana.calls.queries.recordings import NoRecording, attempt, attempts, recording_file
from campana.calls.queries.requests import latest

__all__ = [
    "WITH_NAMES",
    "AttemptFilter",
    "Day",
    "NoRecording",
    "Page",
    "Said",
    "Work",
    "agents_since",
    "attempt",
    "attempt_of",
    "attempts",
    "day_of",
    "last_of",
    "latest",
    "live_calls",
    "narrowed",
    "of_task",
    "page",
    "promised_by",
    "recording_file",
    "results",
    "said_in",
    "without_result",
]
