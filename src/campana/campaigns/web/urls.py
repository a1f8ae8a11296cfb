"""Addresses of the pages that make and change a campaign."""

from __future__ import annotations

from django.urls import path

from campana.campaigns.web import contacts, copies, life, message, review, settings

app_name = "campaigns"
urlpatterns = [
    path("campaigns/new", settings.new, name="new"),
    path("campaigns/new/like", copies.likes, name="likes"),
    path("campaigns/<int:pk>/copies", copies.copies, name="copies"),
    path("campaigns/<int:pk>/settings", settings.first_step, name="settings"),
    path("campaigns/<int:pk>/settings/contacts", contacts.contacts, name="contacts"),
    path("campaigns/<int:pk>/settings/contacts/sources", contacts.sources, name="sources"),
    path("campaigns/<int:pk>/settings/contacts/sources/<int:place>", contacts.source, name="source"),
    path("campaigns/<int:pk>/settings/review", review.review, name="review"),
    path("campaigns/<int:pk>/settings/review/left-out.csv", review.skipped, name="skipped"),
    path("campaigns/<int:pk>/settings/message", message.message, name="message"),
    path("campaigns/<int:pk>/settings/<slug:step>", settings.step, name="step"),
    path("campaigns/<int:pk>/creation", review.creation, name="creation"),
    path("campaigns/<int:pk>/archive", life.archive, name="archive"),
    path("campaigns/<int:pk>/removal", life.removal, name="removal"),
]
