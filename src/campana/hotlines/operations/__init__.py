"""Trunks and hotlines. Whatever is changed, the engine hears of it in the same transaction."""

from campana.hotlines.operations.answering import answer_calls, stop_answering
from campana.hotlines.operations.change_sound import change_sound
from campana.hotlines.operations.hotlines import change_hotline, create_hotline, delete_hotline, release_hotline
from campana.hotlines.operations.own import show_for
from campana.hotlines.operations.sounds import add_sound, delete_sound, rename_sound
from campana.hotlines.operations.spoken import add_spoken, change_text, speak_sound
from campana.hotlines.operations.test_calls import ask_test_call, end_test_call
from campana.hotlines.operations.trunks import change_trunk, create_trunk, delete_trunk

__all__ = [
    "add_sound",
    "add_spoken",
    "answer_calls",
    "ask_test_call",
    "change_hotline",
    "change_sound",
    "change_text",
    "change_trunk",
    "create_hotline",
    "create_trunk",
    "delete_hotline",
    "delete_sound",
    "delete_trunk",
    "end_test_call",
    "release_hotline",
    "rename_sound",
    "show_for",
    "speak_sound",
    "stop_answering",
]
