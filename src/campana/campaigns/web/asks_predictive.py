"""What the stepper asks of Predictive: the way to pace, and the limit over it (CAM-124, 480..488)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from campana.campaigns.web.fields import CHOICE, NUMBER, TEXT, Ask, Option
from campana.engine.words import DialMode

_ONLY: Final = (DialMode.PREDICTIVE,)
_SECONDS: Final = _("seconds")

PREDICTIVE: Final[tuple[Ask, ...]] = (
    Ask(
        "pacing",
        _("Pace"),
        CHOICE,
        choices=(
            Option("adaptive", _("Adaptive"), _("It learns from the campaign so far and keeps the limit by itself.")),
            Option(
                "pickup_rate",
                _("By the share that answers"),
                _("You say how many of 100 calls are answered, in the additional settings."),
            ),
            Option(
                "coefficient",
                _("Fixed coefficient"),
                _("Always so many calls for each free agent, as the additional settings say."),
            ),
        ),
        modes=_ONLY,
    ),
    Ask(
        "max_abandon",
        _("Abandoned calls at most"),
        TEXT,
        _("0 to 0.1 of the answered calls; 0.03 is 3 of 100. Over it, one call for each free agent. Empty: no limit."),
        blank=True,
        modes=_ONLY,
    ),
    Ask(
        "pace_start",
        _("Adaptive begins"),
        CHOICE,
        choices=(
            Option("careful", _("Carefully"), _("One call for each free agent until 30 people have answered.")),
            Option("fast", _("At once"), _("Four calls for each free agent until the first answer.")),
        ),
        modes=_ONLY,
    ),
    Ask(
        "pickup_rate",
        _("Of 100 calls are answered"),
        NUMBER,
        _("1 to 100. For the pace by the share that answers."),
        modes=_ONLY,
        more=True,
    ),
    Ask(
        "coefficient",
        _("Calls for each free agent"),
        TEXT,
        _("1.0 to 10.0. For the fixed coefficient."),
        modes=_ONLY,
        more=True,
    ),
    Ask(
        "governed",
        _("What counts as abandoned"),
        CHOICE,
        choices=(
            Option("abandoned", _("No agent took the call")),
            Option("late", _("No agent within 2 seconds of the answer"), _("Where the law asks for it.")),
        ),
        modes=_ONLY,
        more=True,
    ),
    Ask(
        "budget_window",
        _("The limit is counted over"),
        CHOICE,
        choices=(
            Option("30_days", _("30 days"), _("As in the United States.")),
            Option("24_hours", _("24 hours")),
            Option("day", _("The day")),
        ),
        modes=_ONLY,
        more=True,
    ),
    Ask(
        "short_hang_up",
        _("Not counted: who hangs up within"),
        NUMBER,
        _("0 to 5 after the answer."),
        unit=_SECONDS,
        modes=_ONLY,
        more=True,
    ),
)
