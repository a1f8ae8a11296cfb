"""Addresses of hotlines and trunks."""

from __future__ import annotations

from django.urls import path

from campana.hotlines.web import hotlines, trunks

app_name = "hotlines"
urlpatterns = [
    path("hotlines", hotlines.hotlines, name="hotlines"),
    path("hotlines/<int:pk>", hotlines.hotline, name="hotline"),
    path("hotlines/<int:pk>/rest", hotlines.rest, name="rest"),
    path("trunks", trunks.trunks, name="trunks"),
    path("trunks/<int:pk>", trunks.trunk, name="trunk"),
]
