"""How long the engine waits for a sound to be over when the switch does not say that it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

ABANDONED_MESSAGE: Final = timedelta(seconds=60)
"""To a customer whom we called and to whom no agent came: he did not ask for it, and our line is held for it."""
INBOUND_MESSAGE: Final = timedelta(minutes=3)
"""To somebody who called us: opening hours, other ways to reach us. He listens because he wants to."""
