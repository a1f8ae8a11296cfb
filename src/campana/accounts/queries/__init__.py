"""Reading organisations, people, roles, keys and the audit log."""

from campana.accounts.queries.actors import actor_of_key, actor_of_user, permissions_of_role
from campana.accounts.queries.audit import AuditFilter, Cursor, audit_page
from campana.accounts.queries.links import open_link
from campana.accounts.queries.people import api_key, api_keys, everybody, link_given_out, people, person, role, roles

__all__ = [
    "AuditFilter",
    "Cursor",
    "actor_of_key",
    "actor_of_user",
    "api_key",
    "api_keys",
    "audit_page",
    "everybody",
    "link_given_out",
    "open_link",
    "people",
    "permissions_of_role",
    "person",
    "role",
    "roles",
]
