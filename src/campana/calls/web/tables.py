"""The list of calls. Attempts are millions: only ids, which are the order of dialling, and numbers carry an order."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.utils.translation import gettext_lazy as _

from campana.accounts.models import Organisation
from campana.scripts.queries import parameters
from campana.ui.tables import Column, Listing, Table

CALLS: Final = Table(
    key="calls",
    caption=_("Attempts"),
    columns=(
        Column("outcome", _("Outcome"), wide=False),
        Column("contact", _("Contact"), wide=False, fixed=True),
        Column("number", _("Number"), sort="number", wide=False),
        Column("dialled", _("Dialled"), sort="pk", falling=True),
        Column("verdict", _("Machine detection"), shown=False),
        Column("campaign", _("Campaign")),
        Column("agent", _("Agent")),
        Column("result", _("Result")),
        Column("talk", _("Talk"), number=True, shown=False),
        Column("hotline", _("Hotline")),
    ),
    order="-dialled",
    row="calls/_attempt_cells.html",
)
OF_CAMPAIGN: Final = replace(
    CALLS, key="campaign-calls", columns=tuple(column for column in CALLS.columns if column.key != "campaign")
)
"""The Attempts tab of a campaign."""
ANSWER: Final = "a."
"""In front of a question's name: the column of its answers (CAM-322, CAM-669)."""


def calls_of(organisation: Organisation, table: Table = CALLS) -> Table:
    """A list of calls with a column for each name under which the organisation keeps answers."""
    own = tuple(Column(ANSWER + row.name, row.name, shown=False) for row in parameters(organisation))
    return replace(table, columns=table.columns + own)


def with_answers(listing: Listing) -> None:
    """Give each row ``said``: the answers of the columns that are shown, in their order."""
    names = [column.key.removeprefix(ANSWER) for column, on in listing.columns if on and column.key.startswith(ANSWER)]
    for row, _label in listing.rows:
        row.said = [(row.answers or {}).get(name) for name in names]
