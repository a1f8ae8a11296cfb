"""What may be done to contacts and what belongs to them: one verb a file."""

from campana.crm.operations.contacts import create_contact, delete_contact, update_contact
from campana.crm.operations.fields import archive_field, bring_back_field, delete_field, order_fields, save_field
from campana.crm.operations.filters import delete_filter, save_filter
from campana.crm.operations.groups import add_to_group, create_group, delete_group, remove_from_group, rename_group
from campana.crm.operations.imports import (
    cancel_import,
    delete_profile,
    retry_import,
    save_profile,
    start_import,
    upload_import,
)
from campana.crm.operations.suppressions import lift_suppression, suppress

__all__ = [
    "add_to_group",
    "archive_field",
    "bring_back_field",
    "cancel_import",
    "create_contact",
    "create_group",
    "delete_contact",
    "delete_field",
    "delete_filter",
    "delete_group",
    "delete_profile",
    "lift_suppression",
    "order_fields",
    "remove_from_group",
    "rename_group",
    "retry_import",
    "save_field",
    "save_filter",
    "save_profile",
    "start_import",
    "suppress",
    "update_contact",
    "upload_import",
]
