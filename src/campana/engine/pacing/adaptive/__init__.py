"""Pacing by prediction: who will answer, who will be free, and what an abandoned call may cost."""

from campana.engine.pacing.adaptive.pacer import Adaptive
from campana.engine.pacing.adaptive.situation import Happening, Kind, Limits, Pace, Situation

__all__ = ["Adaptive", "Happening", "Kind", "Limits", "Pace", "Situation"]
