"""The lists of the contacts pages. Only what an index carries may be sorted by."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from campana.accounts import permissions
from campana.crm.models import Contact
from campana.ui.tables import Act, Ask, Column, Table


def _named(contact: Contact) -> str:
    return contact.name or gettext("No name")


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
