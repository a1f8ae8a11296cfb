"""What people can do with attempts. Everything else about them is written by the journal."""

from campana.calls.operations.enter_result import (
    CallbackNeeded,
    CallbackNotAsked,
    CallbackTooLate,
    CallbackTooSoon,
    NoConversation,
    NoteNeeded,
    ResultClosed,
    ResultNotOffered,
    enter_result,
)

__all__ = [
    "CallbackNeeded",
    "CallbackNotAsked",
    "CallbackTooLate",
    "CallbackTooSoon",
    "NoConversation",
    "NoteNeeded",
    "ResultClosed",
    "ResultNotOffered",
    "enter_result",
]
