"""Addresses of agents, groups, working hours and holidays."""

from __future__ import annotations

from django.urls import path

from campana.workforce.web import agents, groups, holidays, hours, limits

app_name = "workforce"
urlpatterns = [
    path("agents", agents.agents, name="agents"),
    path("agents/<int:pk>", agents.agent, name="agent"),
    path("agents/<int:pk>/presence", agents.presence, name="presence"),
    path("agent-groups", groups.groups, name="groups"),
    path("agent-groups/<int:pk>", groups.group, name="group"),
    path("people/<int:pk>/groups", limits.of_person, name="limits_of_person"),
    path("api-keys/<int:pk>/groups", limits.of_key, name="limits_of_key"),
    path("working-hours", hours.profiles, name="hours"),
    path("working-hours/new", hours.new_profile, name="new_hours"),
    path("working-hours/<int:pk>", hours.profile, name="profile"),
    path("holidays", holidays.holidays, name="holidays"),
    path("holidays/public", holidays.public, name="public_holidays"),
    path("holidays/<int:pk>", holidays.holiday, name="holiday"),
]
