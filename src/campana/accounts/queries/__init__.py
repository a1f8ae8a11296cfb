"""Reading organisations, people, roles, keys and the audit log."""

from campana.accounts.queries.actors import actor_of_key, actor_of_user, permissions_of_role
from campana.accounts.queries.links import open_link

__all__ = ["actor_of_key", "actor_of_user", "open_link", "permissions_of_role"]
