"""Addresses of the contacts pages."""

from __future__ import annotations

from django.urls import path

from campana.crm.web import acts, bulk, contacts, fields, filters, groups, imports, list_imports, recycle, suppressions

app_name = "crm"
urlpatterns = [
    path("contacts", contacts.contacts, name="contacts"),
    path("contacts/new", contacts.new_contact, name="new_contact"),
    path("contacts/ticked", bulk.ticked, name="ticked"),
    path("contacts/acts", acts.acts, name="acts"),
    path("contacts/acts/<int:pk>", acts.act, name="act"),
    path("contacts/recycle-bin", recycle.recycle_bin, name="recycle_bin"),
    path("contacts/recycle-bin/ticked", recycle.ticked, name="recycled"),
    path("contacts/<int:pk>", contacts.contact, name="contact"),
    path("imports", imports.imports, name="imports"),
    path("imports/template", imports.template_file, name="import_template"),
    path("imports/<int:pk>", imports.one_import, name="import"),
    path("imports/<int:pk>/run", imports.run, name="import_run"),
    path("imports/<int:pk>/errors", imports.errors, name="import_errors"),
    path("imports/<int:pk>/retry", imports.retry, name="import_retry"),
    path("suppressions", suppressions.suppressions, name="suppressions"),
    path("suppressions/ticked", suppressions.lifted, name="lifted"),
    path("suppressions/imports", list_imports.imports, name="list_imports"),
    path("suppressions/imports/template", list_imports.template_file, name="list_import_template"),
    path("suppressions/imports/<int:pk>", imports.one_import, name="list_import"),
    path("suppressions/imports/<int:pk>/run", imports.run, name="list_import_run"),
    path("suppressions/imports/<int:pk>/retry", imports.retry, name="list_import_retry"),
    path("suppressions/imports/<int:pk>/errors", imports.errors, name="list_import_errors"),
    path("suppressions/<int:pk>/end", suppressions.lift, name="suppression_end"),
    path("groups", groups.groups, name="groups"),
    path("groups/<int:pk>", groups.group, name="group"),
    path("groups/<int:pk>/members", groups.members, name="group_members"),
    path("filters", filters.filters, name="filters"),
    path("filters/new", filters.new_filter, name="new_filter"),
    path("filters/<int:pk>", filters.one_filter, name="filter"),
    path("fields", fields.fields, name="fields"),
    path("fields/order", fields.order, name="field_order"),
    path("fields/<int:pk>", fields.field, name="field"),
    path("fields/<int:pk>/use", fields.use, name="field_use"),
]
