"""The list of calls. Attempts are millions: only ids, which are the order of dialling, and numbers carry an order."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from campana.ui.tables import Column, Table

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
