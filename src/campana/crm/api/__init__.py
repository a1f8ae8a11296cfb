"""Contacts and what belongs to them in the REST API."""

from campana.crm.api import (  # noqa: F401 - hang their operations on the router
    contacts,
    fields,
    filters,
    groups,
    imports,
    list_imports,
    suppressions,
)
from campana.crm.api.router import router

__all__ = ["router"]
