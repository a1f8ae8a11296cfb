"""Addresses of what every page shares."""

from __future__ import annotations

from django.urls import path

from campana.ui import style, web

app_name = "ui"
urlpatterns = [
    path("language", web.choose_language, name="language"),
    path("style", style.style, name="style"),
]
