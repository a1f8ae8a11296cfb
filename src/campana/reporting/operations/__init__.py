"""Asking for a file, making it, giving it away, forgetting it."""

from campana.reporting.operations.ask_export import NoColumns, ask_export
from campana.reporting.operations.cancel_export import ExportOver, cancel_export
from campana.reporting.operations.fetch_export import ExportGone, fetch_export
from campana.reporting.operations.forget_exports import forget_exports
from campana.reporting.operations.run_export import run_export

__all__ = [
    "ExportGone",
    "ExportOver",
    "NoColumns",
    "ask_export",
    "cancel_export",
    "fetch_export",
    "forget_exports",
    "run_export",
]
