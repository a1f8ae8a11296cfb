"""Every page and API route of the product hangs from here."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from campana.config.api import api
from campana.config.health import healthz, readyz
from campana.config.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("api/v1/", api.urls),
    path("", include("campana.ui.urls")),
    path("", include("campana.accounts.web.urls")),
    path("", include("campana.onboarding.web.urls")),
    path("", include("campana.crm.web.urls")),
    path("", include("campana.calls.web.urls")),
    path("", include("campana.supervision.web.urls")),
    path("", include("campana.workforce.web.urls")),
    path("", include("campana.hotlines.web.urls")),
    path("", include("campana.scripts.web.urls")),
    path("", include("campana.campaigns.web.urls")),
    path("", include("campana.desk.web.urls")),
    path("", include("campana.automation.web.urls")),
    path("", include("campana.reporting.web.urls")),
    path("", include("campana.forecasting.web.urls")),
]
