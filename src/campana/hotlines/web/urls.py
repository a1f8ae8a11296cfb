"""Addresses of hotlines and trunks."""

from __future__ import annotations

from django.urls import path

from campana.hotlines.web import hotlines, sounds, test_calls, trunks

app_name = "hotlines"
urlpatterns = [
    path("hotlines", hotlines.hotlines, name="hotlines"),
    path("hotlines/<int:pk>", hotlines.hotline, name="hotline"),
    path("hotlines/<int:pk>/answering", hotlines.answering, name="answering"),
    path("hotlines/<int:pk>/rest", hotlines.rest, name="rest"),
    path("audio", sounds.sounds, name="sounds"),
    path("audio/spoken", sounds.spoken, name="spoken"),
    path("audio/<int:pk>", sounds.sound, name="sound"),
    path("audio/<int:pk>/words", sounds.words, name="words"),
    path("audio/<int:pk>/sound", sounds.played, name="played"),
    path("trunks", trunks.trunks, name="trunks"),
    path("trunks/<int:pk>", trunks.trunk, name="trunk"),
    path("trunks/<int:pk>/test-calls", test_calls.test_calls, name="test_calls"),
]
