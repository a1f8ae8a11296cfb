"""Addresses of exports."""

from __future__ import annotations

from django.urls import path

from campana.reporting.web import exports

app_name = "reporting"
urlpatterns = [
    path("exports", exports.exports, name="exports"),
    path("exports/new/<slug:kind>", exports.new, name="new"),
    path("exports/<int:export_id>", exports.export, name="export"),
    path("exports/<int:export_id>/file", exports.file, name="file"),
]
