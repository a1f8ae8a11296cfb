"""What an agent may do at the desk. Wishes are left for the engine; only presence and results are written here."""

from campana.desk.operations.answers import save_answers
from campana.desk.operations.calling import call
from campana.desk.operations.presence import beat, change_presence
from campana.desk.operations.results import enter_result, save_note
from campana.desk.operations.telephone import (
    choose_telephone,
    close_accounts,
    leave_desk,
    open_account,
    ring_again,
    take_desk,
)
from campana.desk.operations.wishes import accept, decline, dial_now, extend, hang_up, hold, ready, skip

__all__ = [
    "accept",
    "beat",
    "call",
    "change_presence",
    "choose_telephone",
    "close_accounts",
    "decline",
    "dial_now",
    "enter_result",
    "extend",
    "hang_up",
    "hold",
    "leave_desk",
    "open_account",
    "ready",
    "ring_again",
    "save_answers",
    "save_note",
    "skip",
    "take_desk",
]
