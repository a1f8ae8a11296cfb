"""Lists: one description of columns, one template, one script.

A room describes its list once as a ``Table``; a view hands rows to ``accounts.web.lists.listing``, which knows the
person's columns and views; ``{% toolbar listing %}`` and ``{% ledger listing %}`` draw it, ``ui/js/table.js``
ticks rows.
"""

from campana.ui.tables.columns import Act, Ask, Column, Table
from campana.ui.tables.listing import Listing, listing_of
from campana.ui.tables.paging import Page, Window, page_of

__all__ = ["Act", "Ask", "Column", "Listing", "Page", "Table", "Window", "listing_of", "page_of"]
