"""Webhooks in the REST API."""

from campana.automation.api import deliveries, webhooks  # noqa: F401 - hang their operations on the router
from campana.automation.api.router import router

__all__ = ["router"]
