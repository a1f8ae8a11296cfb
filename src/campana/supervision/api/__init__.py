"""Hearing talks in the REST API."""

from campana.supervision.api import monitors  # noqa: F401 - hangs its operations on the router
from campana.supervision.api.router import router

__all__ = ["router"]
