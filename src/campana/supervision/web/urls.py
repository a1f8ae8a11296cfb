"""Addresses of the supervisor's pages."""

from __future__ import annotations

from django.urls import path

from campana.supervision.web import campaign, campaigns, floor, monitoring, reopening, verbs, wall_links, wallboard

app_name = "supervision"
urlpatterns = [
    path("", floor.home, name="home"),
    path("campaigns", campaigns.campaigns, name="campaigns"),
    path("campaigns/<int:campaign_id>", campaign.live, name="campaign"),
    path("campaigns/<int:campaign_id>/head", campaign.head, name="head"),
    path("campaigns/<int:campaign_id>/contacts", campaign.contacts, name="contacts"),
    path("campaigns/<int:campaign_id>/contacts/<int:task_id>", campaign.contact, name="contact"),
    path("campaigns/<int:campaign_id>/contacts/<int:task_id>/stop", verbs.stop_contact, name="stop_contact"),
    path("campaigns/<int:campaign_id>/attempts", campaign.attempts, name="attempts"),
    path("campaigns/<int:campaign_id>/log", campaign.log, name="log"),
    path("campaigns/<int:campaign_id>/reopening", reopening.reopening, name="reopening"),
    path("campaigns/<int:campaign_id>/approval", verbs.approval, name="approval"),
    path("campaigns/<int:campaign_id>/rejection", verbs.rejection, name="rejection"),
    path("campaigns/<int:campaign_id>/run", verbs.run, name="run"),
    path("wallboard", wallboard.wallboard, name="wallboard"),
    path("wallboard/links", wall_links.links, name="wall_links"),
    path("wallboard/links/<int:pk>", wall_links.link, name="wall_link"),
    path("walls/<str:token>", wallboard.wall_by_link, name="wall_by_link"),
    path("floor", floor.floor, name="floor"),
    path("floor/monitor", monitoring.monitor, name="monitor"),
    path("floor/<int:agent_id>/monitor", monitoring.begin, name="begin_monitor"),
    path("floor/<int:agent_id>/presence", floor.presence, name="presence"),
]
