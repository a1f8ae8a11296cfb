"""Addresses of hotlines and trunks."""

from __future__ import annotations

from django.urls import path

from campana.hotlines.web import hotlines, test_calls, trunks

app_name = "hotlines"
urlpatterns = [
    path("hotlines", hotlines.hotlines, name="hotlines"),
    path("hotlines/<int:pk>", hotlines.hotline, name="hotline"),
    path("hotlines/<int:pk>/rest", hotlines.rest, name="rest"),
    path("trunks", trunks.trunks, name="trunks"),
    path("trunks/<int:pk>", trunks.trunk, name="trunk"),
    path("trunks/<int:pk>/test-calls", test_calls.test_calls, name="test_calls"),
]
