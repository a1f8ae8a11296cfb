"""The lists of the contacts pages. Only what an index carries may be sorted by."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from campana.accounts import permissions
from campana.crm.models import Contact, Suppression
from campana.ui.tables import Act, Ask, Column, Table


def _named(contact: Contact) -> str:
    return contact.name or gettext("No name")


def _barred(row: Suppression) -> str:
    """Without digits: the reader may be one who does not see them."""
    return row.contact.name if row.contact and row.contact.name else gettext("the number")


CONTACTS: Final = Table(
    key="contacts",
    caption=_("Contacts"),
    columns=(
        Column("name", _("Full name"), sort="search", wide=False, fixed=True),
        Column("phone", _("Phone"), wide=False),
        Column("email", _("E-mail")),
        Column("company", _("Organisation")),
        Column("position", _("Position"), shown=False),
        Column("owner", pgettext_lazy("of a contact", "Owner")),
        Column("zone", _("Time zone"), shown=False),
        Column("changed", _("Changed"), number=True, shown=False),
        Column("added", _("Added"), sort="pk", falling=True, number=True),
    ),
    order="-added",
    row="crm/_contact_cells.html",
    label=_named,
    acts=(
        Act(
            "group",
            _("Add to a group…"),
            "users",
            permissions.CONTACTS_MANAGE,
            asks=(Ask("group", _("Group"), options=True),),
        ),
        Act(
            "owner",
            _("Change the owner…"),
            "user-share",
            permissions.CONTACTS_MANAGE,
            asks=(Ask("owner", _("New owner"), options=True, required=False),),
        ),
        Act(
            "suppress",
            _("Do not call…"),
            "ban",
            permissions.SUPPRESSIONS_MANAGE,
            says=_(
                "No campaign of the organisation dials the ticked contacts any more, until somebody takes them off."
            ),
            asks=(Ask("reason", _("Reason"), options=True), Ask("note", _("In their words"), required=False)),
            danger=True,
        ),
        Act(
            "delete",
            _("Delete…"),
            "trash",
            permissions.CONTACTS_MANAGE,
            says=_("The ticked contacts go to the recycle bin: they leave lists, groups and campaigns at once."),
            danger=True,
        ),
        Act("export", _("Export"), "download", permissions.CONTACTS_EXPORT),
    ),
)

DELETED: Final = Table(
    key="deleted-contacts",
    caption=_("Deleted contacts"),
    columns=(
        Column("name", _("Full name"), wide=False, fixed=True),
        Column("phone", _("Phone"), wide=False),
        Column("company", _("Organisation")),
        Column("deleted", _("Deleted"), sort="deleted_at", falling=True, number=True, wide=False),
    ),
    order="-deleted",
    row="crm/_deleted_cells.html",
    label=_named,
    acts=(
        Act("restore", _("Restore"), "arrow-back-up", permissions.CONTACTS_RESTORE),
        Act(
            "erase",
            _("Erase…"),
            "trash",
            permissions.CONTACTS_ERASE,
            says=_("Names, numbers and fields of the ticked contacts are erased for good. Their calls stay, unnamed."),
            danger=True,
        ),
    ),
)

SUPPRESSIONS: Final = Table(
    key="suppressions",
    caption=_("Entries in force"),
    columns=(
        Column("who", _("Number or contact"), wide=False, fixed=True),
        Column("reason", _("Reason"), wide=False),
        Column("note", _("In their words")),
        Column("since", _("Since"), sort="pk", falling=True),
        Column("until", _("Until")),
        Column("by", _("By")),
    ),
    order="-since",
    row="crm/_suppression_cells.html",
    label=_barred,
    acts=(
        Act(
            "lift",
            _("Take off the list…"),
            "arrow-back-up",
            permissions.SUPPRESSIONS_REMOVE,
            says=_("Campaigns may dial the ticked numbers and contacts again. Your reason is kept in the audit log."),
            asks=(Ask("reason", _("Why they are taken off")),),
        ),
    ),
)

IMPORTS: Final = Table(
    key="imports",
    caption=_("Imports"),
    columns=(
        Column("state", _("State"), wide=False),
        Column("file", _("File"), wide=False, fixed=True),
        Column("rows", _("Rows"), number=True, wide=False),
        Column("added", pgettext_lazy("rows of an import", "Added"), number=True, wide=False),
        Column("updated", _("Updated"), number=True, shown=False),
        Column("duplicates", _("Duplicates"), number=True, shown=False),
        Column("invalid", pgettext_lazy("numbers", "Invalid"), number=True, wide=False),
        Column("by", _("By")),
        Column("uploaded", _("Uploaded"), sort="pk", falling=True, number=True),
    ),
    order="-uploaded",
    row="crm/_import_cells.html",
)

GROUPS: Final = Table(
    key="groups",
    caption=_("Contact groups"),
    columns=(
        Column("name", pgettext_lazy("of a group", "Name"), sort="name", wide=False, fixed=True),
        Column("size", _("Contacts"), number=True, wide=False),
        Column("made", _("Made"), sort="pk", falling=True, number=True),
    ),
    order="name",
    row="crm/_group_cells.html",
)
"""An organisation has tens of groups, hence the order by name needs no index of its own."""
