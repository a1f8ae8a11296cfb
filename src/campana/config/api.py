"""The REST API, version 1: the routers of all apps under one address.

An app takes part by exporting ``router`` from its ``api`` package.
"""

from __future__ import annotations

from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule
from ninja import Router

from campana.accounts.api.site import Api

DESCRIPTION = (
    "Authenticate with an API key: `Authorization: Bearer KEY`. Lists are paged by cursor. A POST with an"
    " `Idempotency-Key` may be repeated safely. Every error is `application/problem+json` with a stable `code`."
)


def _build() -> Api:
    api = Api(title="Campana", version="1", description=DESCRIPTION, urls_namespace="api-v1")
    for app in apps.get_app_configs():
        if not app.name.startswith("campana.") or app.module is None or not module_has_submodule(app.module, "api"):
            continue
        router = getattr(import_module(f"{app.name}.api"), "router", None)
        if isinstance(router, Router):
            api.add_router("", router)
    return api


api = _build()
