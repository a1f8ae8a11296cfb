"""Addresses of the accounts pages."""

from __future__ import annotations

from django.urls import path

from campana.accounts.web import session

app_name = "accounts"
urlpatterns = [
    path("session", session.session, name="session"),
    path("session/end", session.sign_out, name="sign_out"),
]
