"""Addresses of the forecast of a campaign."""

from __future__ import annotations

from django.urls import path

from campana.forecasting.web import forecast

app_name = "forecasting"
urlpatterns = [
    path("campaigns/<int:campaign_id>/forecast", forecast.forecast, name="forecast"),
    path("campaigns/<int:campaign_id>/forecast/question", forecast.question, name="question"),
]
