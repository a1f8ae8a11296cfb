"""Every page and API route of the product hangs from here."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("campana.ui.urls")),
]
