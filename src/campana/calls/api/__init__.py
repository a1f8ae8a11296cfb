"""Attempts in the REST API."""

from campana.calls.api import attempts, recordings  # noqa: F401 - hang their operations on it
from campana.calls.api.router import router

__all__ = ["router"]
