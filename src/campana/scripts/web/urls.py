"""Addresses of result sets."""

from __future__ import annotations

from django.urls import path

from campana.scripts.web import result_sets, scripts

app_name = "scripts"
urlpatterns = [
    path("result-sets", result_sets.result_sets, name="result_sets"),
    path("result-sets/new", result_sets.new_result_set, name="new_result_set"),
    path("result-sets/<int:pk>", result_sets.result_set, name="result_set"),
    path("scripts", scripts.scripts, name="scripts"),
    path("scripts/new", scripts.new_script, name="new_script"),
    path("scripts/preview", scripts.preview, name="preview"),
    path("scripts/<int:pk>", scripts.script, name="script"),
]
