"""The dial modes: one file each. ``MODES`` is the only list of them."""

from __future__ import annotations

from campana.engine.modes.base import Mode
from campana.engine.modes.predictive import Predictive
from campana.engine.modes.preview import Preview
from campana.engine.modes.progressive import Progressive
from campana.engine.words import DialMode

MODES: dict[DialMode, Mode] = {
    DialMode.PROGRESSIVE: Progressive(),
    DialMode.PREVIEW: Preview(),
    DialMode.PREDICTIVE: Predictive(),
}
