"""Addresses of attempts and their recordings."""

from __future__ import annotations

from django.urls import path

from campana.calls.web import attempts, history

app_name = "calls"
urlpatterns = [
    path("calls", attempts.attempts, name="attempts"),
    path("calls/contacts/<int:contact_id>", history.of_contact, name="of_contact"),
    path("calls/<int:attempt_id>", attempts.attempt, name="attempt"),
    path("calls/<int:attempt_id>/result", attempts.result, name="result"),
    path("calls/<int:attempt_id>/recording", attempts.recording, name="recording"),
]
