"""Addresses of the webhook pages."""

from __future__ import annotations

from django.urls import path

from campana.automation.web import deliveries, webhooks

app_name = "automation"
urlpatterns = [
    path("webhooks", webhooks.webhooks, name="webhooks"),
    path("webhooks/new", webhooks.new_webhook, name="new_webhook"),
    path("webhooks/<int:webhook_id>", webhooks.webhook, name="webhook"),
    path("webhooks/<int:webhook_id>/state", webhooks.state, name="state"),
    path("webhooks/<int:webhook_id>/secret", webhooks.secret, name="secret"),
    path("webhooks/<int:webhook_id>/removal", webhooks.removal, name="removal"),
    path("webhooks/<int:webhook_id>/ping", deliveries.ping, name="ping"),
    path("webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/repetition", deliveries.repetition, name="repetition"),
]
