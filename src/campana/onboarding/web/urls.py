"""Addresses of the set-up and of the index of the administration."""

from __future__ import annotations

from django.urls import path

from campana.onboarding.web.home import settings
from campana.onboarding.web.law import take_over
from campana.onboarding.web.set_up import set_up

app_name = "onboarding"
urlpatterns = [
    path("set-up", set_up, name="set_up"),
    path("settings", settings, name="settings"),
    path("organisation/law", take_over, name="law"),
]
