"""Addresses of attempts and their recordings."""

from __future__ import annotations

from django.urls import path

from campana.calls.web import attempts

app_name = "calls"
urlpatterns = [
    path("calls", attempts.attempts, name="attempts"),
    path("calls/<int:attempt_id>", attempts.attempt, name="attempt"),
    path("calls/<int:attempt_id>/result", attempts.result, name="result"),
    path("calls/<int:attempt_id>/recording", attempts.recording, name="recording"),
]
