"""Every page and API route of the product hangs from here."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from campana.config.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("campana.ui.urls")),
    path("", include("campana.accounts.web.urls")),
]
