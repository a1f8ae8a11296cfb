from django.apps import AppConfig


class ForecastingConfig(AppConfig):
    name = "campana.forecasting"
    label = "forecasting"
