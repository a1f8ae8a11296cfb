"""People we call: contacts, their numbers, fields, groups, filters, suppressions and imports."""

from campana.crm.models.contacts import Contact, ContactNumber
from campana.crm.models.fields import CurrentFields, CustomField
from campana.crm.models.groups import ContactAct, ContactGroup, ContactGroupMember, SavedFilter
from campana.crm.models.imports import ContactImport, ImportEntry, ImportProfile
from campana.crm.models.suppressions import Suppression

__all__ = [
    "Contact",
    "ContactAct",
    "ContactGroup",
    "ContactGroupMember",
    "ContactImport",
    "ContactNumber",
    "CurrentFields",
    "CustomField",
    "ImportEntry",
    "ImportProfile",
    "SavedFilter",
    "Suppression",
]
