"""Addresses of the accounts pages."""

from __future__ import annotations

from django.urls import path

from campana.accounts.web import api_keys, audit, lists, organisation, passwords, people, profile, roles, session

app_name = "accounts"
urlpatterns = [
    path("session", session.session, name="session"),
    path("session/end", session.sign_out, name="sign_out"),
    path("password-reset", passwords.password_reset, name="password_reset"),
    path("links/<str:token>", passwords.link, name="link"),
    path("profile", profile.profile, name="profile"),
    path("profile/password", passwords.own_password, name="own_password"),
    path("profile/other-sessions", profile.other_sessions, name="other_sessions"),
    path("people", people.people, name="people"),
    path("people/new", people.new_person, name="new_person"),
    path("people/<int:pk>", people.person, name="person"),
    path("people/<int:pk>/activity", people.activity, name="activity"),
    path("people/<int:pk>/link", people.person_link, name="person_link"),
    path("people/<int:pk>/ownership", people.ownership, name="ownership"),
    path("lists/<slug:table>/columns", lists.columns, name="list_columns"),
    path("lists/<slug:table>/views", lists.views, name="list_views"),
    path("lists/views/<int:pk>", lists.view, name="list_view"),
    path("roles", roles.roles, name="roles"),
    path("roles/new", roles.new_role, name="new_role"),
    path("roles/<int:pk>", roles.role, name="role"),
    path("api-keys", api_keys.api_keys, name="api_keys"),
    path("api-keys/new", api_keys.new_api_key, name="new_api_key"),
    path("api-keys/<int:pk>", api_keys.api_key, name="api_key"),
    path("audit", audit.audit, name="audit"),
    path("audit.csv", audit.export, name="audit_export"),
    path("organisation", organisation.organisation, name="organisation"),
    path("emergency-stop", organisation.emergency_stop, name="emergency_stop"),
]
