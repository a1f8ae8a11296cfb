"""What must hold whatever happens, watched from outside the engine.

The inspector reads the committed facts, looks at the world with a stop-watch, and keeps books of its own;
it shares no rule code with the engine. Each broken rule is a ``Violation`` of the shift's report.
"""

from campana.sim.invariants.ending import Ending
from campana.sim.invariants.journal import JournalWatch
from campana.sim.invariants.liveness import Liveness
from campana.sim.invariants.world import WorldWatch

__all__ = ["Inspector"]


class Inspector(WorldWatch, JournalWatch, Liveness, Ending):
    """All of it."""
