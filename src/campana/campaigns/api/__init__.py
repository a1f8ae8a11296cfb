"""Campaigns, their life and their tasks in the REST API."""

from campana.campaigns.api import campaigns, figures, life, runs, tasks  # noqa: F401 - hang their operations on the router
from campana.campaigns.api.router import router

__all__ = ["router"]
