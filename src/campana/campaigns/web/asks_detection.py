"""What the stepper asks of machine detection (CAM-505..508)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from campana.campaigns.web.fields import TEXT, TICK, Ask
from campana.engine.words import DETECTING_MODES

_MODES: Final = tuple(sorted(DETECTING_MODES))

DETECTION: Final[tuple[Ask, ...]] = (
    Ask(
        "detect_machines",
        _("Detect answering machines: no agent rings for them"),
        TICK,
        _("The customer hears the music while the switch listens. Whoever may be a person waits for an agent."),
        modes=_MODES,
        more=True,
    ),
    Ask(
        "detection_time",
        _("Listen at most"),
        TEXT,
        _("1 to 6, from the answer. Then the call counts as a person’s."),
        unit=_("seconds"),
        modes=_MODES,
        more=True,
    ),
    Ask(
        "false_machines",
        _("People among calls taken for machines"),
        TEXT,
        _("0 to 0.1; 0.03 is 3 of 100, by your estimate. They heard nobody, so they count as abandoned."),
        modes=_MODES,
        more=True,
    ),
)
