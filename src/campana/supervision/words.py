"""Sentences of the supervisor's pages: why nothing dials, what people did."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campana.engine.words import PaceBound
from campana.ui.words import said

WHY: Final[dict[str, tuple[str, Promise]]] = {
    "engine_away": ("fault", _("The dialler does not run")),
    "not_started": ("paused", _("Nobody has pressed Start yet")),
    "dialable": ("ready", _("Could be called now, waiting their turn")),
    "planned": ("callback", _("Retry or call back not due yet")),
    "in_progress": ("talking", _("In a call or on an agent’s desk")),
}
ACTIONS: Final[dict[str, Promise]] = {
    "campaign.create": _("Created"),
    "campaign.change": _("Settings changed"),
    "campaign.finish_draft": _("Created from the draft"),
    "campaign.approve": _("Approved"),
    "campaign.reject": _("Sent back to its author"),
    "campaign.start": _("Start asked for"),
    "campaign.pause": _("Pause asked for"),
    "campaign.finish": _("Finish asked for"),
    "campaign.stop": _("Stop at once asked for"),
    "campaign.archive": _("Archived"),
    "campaign.delete": _("Deleted"),
    "campaign.add_contacts": _("Contacts added"),
    "campaign.remove_contacts": _("Contacts removed"),
    "campaign.return": _("Contacts returned to dialling"),
    "campaign.restart": _("Restarted"),
    "campaign.stop_task": _("Dialling of a contact stopped"),
}

BOUND: Final[dict[PaceBound, tuple[str, Promise]]] = {
    PaceBound.RISK: ("running", _("One more call would risk more than the limit allows.")),
    PaceBound.CAP: ("busy", _("All lines this campaign may use are taken.")),
    PaceBound.START: ("draft", _("It has just begun and learns how many answer.")),
    PaceBound.NOBODY: ("offline", _("No agent is there who could come free.")),
    PaceBound.METHOD: ("running", _("The chosen ratio allows no more.")),
    PaceBound.SMALL_TEAM: (
        "ready",
        _("With a single agent prediction does not help: one call when the agent is free."),
    ),
    PaceBound.OVER_LIMIT: ("abandoned", _("Too many were lost: one call for each free agent until that has mended.")),
    PaceBound.ZERO_LIMIT: ("ready", _("Nobody may be lost: one call for each free agent.")),
}


def bound(code: PaceBound) -> tuple[str, str]:
    """Kind and sentence of what kept the next call from leaving."""
    kind, text = BOUND[code]
    return kind, str(text)


def why(code: str) -> tuple[str, str]:
    """Kind and words of a reason why nothing dials."""
    if code in WHY:
        kind, text = WHY[code]
        return kind, str(text)
    return said("refusal", code)


def action(code: str) -> str:
    return str(ACTIONS.get(code, _("Changed")))
