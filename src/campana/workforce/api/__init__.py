"""Agents, groups of people, working hours and holidays in the REST API."""

from campana.workforce.api import agents, calendar, groups  # noqa: F401 - hang their operations on the router
from campana.workforce.api.router import router

__all__ = ["router"]
