"""Closed lists of the desk in words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PAUSE_REASONS: Final[dict[str, Promise]] = {
    "break": _("Break"),
    "lunch": _("Lunch"),
    "meeting": _("Meeting"),
    "training": _("Training"),
    "paperwork": _("Paperwork"),
}
TELEPHONE: Final[dict[str, Promise]] = {
    "line_connecting": _("Connecting the telephone"),
    "line_registered": _("Telephone ready"),
    "line_lost": _("The telephone lost the exchange and looks for it"),
    "line_silent": _("The exchange gives this telephone no account; the desk tries again"),
    "line_lost_talking": _("You can go on talking; the telephone looks for the exchange"),
    # Translators: %1 is a number of milliseconds, %2 a number of packets in a hundred.
    "line_good": _("Line good, %1 ms"),
    "line_weak": _("Line weak: %1 ms, %2 in 100 packets lost"),
    "line_unheard": _("You hear nothing: no sound arrives from the exchange"),
    "microphone_refused": _("The browser was told not to give the microphone. Allow it beside the address."),
    "microphone_absent": _("There is no microphone. Connect one, or choose another under Sound."),
    "microphone_gone": _("The microphone was unplugged: nobody hears you. Connect it, or choose another under Sound."),
    "microphone_insecure": _("Browsers give the microphone to pages over https only. Ask your administrator."),
    "offered": _("A contact is offered to you"),
    "preview": _("A contact is on your desk"),
    "ringing": _("A call for you"),
    "caller": _("Somebody calls"),
}
SKIP_REASONS: Final[dict[str, Promise]] = {
    "bad_moment": _("Bad moment for this contact"),
    "wrong_data": _("The data looks wrong"),
    "not_mine": _("Somebody else should call"),
    "known_person": _("I know this person"),
}
