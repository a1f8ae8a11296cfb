"""Trunks, hotlines and sounds in the REST API."""

from campana.hotlines.api import hotlines, sounds, trunks  # noqa: F401 - hang their operations on the router
from campana.hotlines.api.router import router

__all__ = ["router"]
