"""What supervisors do to the floor, and to the screens that show it."""

from campana.supervision.operations.force_presence import NotSignedIn, force_presence
from campana.supervision.operations.monitoring import begin_monitor, change_monitor, end_monitor
from campana.supervision.operations.wall_links import make_wall_link, revoke_wall_link

__all__ = [
    "NotSignedIn",
    "begin_monitor",
    "change_monitor",
    "end_monitor",
    "force_presence",
    "make_wall_link",
    "revoke_wall_link",
]
