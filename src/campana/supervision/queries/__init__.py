"""What the supervisor's pages read beyond the queries of the apps."""

from campana.supervision.queries.callers import Callers, callers
from campana.supervision.queries.floor import PAGE, Seat, campaign_of, floor, log_of
from campana.supervision.queries.monitoring import heard_by, monitor, monitor_of, monitors
from campana.supervision.queries.tasks import TaskFilter, task_of, task_page, tasks_of

__all__ = [
    "PAGE",
    "Callers",
    "Seat",
    "TaskFilter",
    "callers",
    "campaign_of",
    "floor",
    "heard_by",
    "log_of",
    "monitor",
    "monitor_of",
    "monitors",
    "task_of",
    "task_page",
    "tasks_of",
]
