"""Lists as template tags: ``{% load tables %}``.

``{% toolbar listing %}`` the page's own filters, fields of one GET form ``{% endtoolbar %}``, then
``{% ledger listing %}``.
Where rows have acts, ``{% ledger listing action %}`` names the address that takes ``act`` and ``ids`` by POST.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from campana.ui.tables import Listing

register = template.Library()


@register.simple_block_tag(takes_context=True)
def toolbar(context: Context, content: str, listing: Listing) -> str:
    """Filters, columns, views; and in the same place, while rows are ticked, what may be done with them."""
    return _drawn(context, "ui/table/toolbar.html", {"listing": listing, "filters": SafeString(content)})


@register.simple_tag(takes_context=True)
def ledger(context: Context, listing: Listing, action: str = "", note: str = "") -> str:
    """The table itself with its headings, ticks and neighbours. Not for an empty list: the page says why it is."""
    return _drawn(context, "ui/table/ledger.html", {"listing": listing, "action": action, "note": note})


def _drawn(context: Context, name: str, given: dict[str, Any]) -> str:
    whole: dict[str, Any] = {str(key): value for key, value in context.flatten().items()}
    return render_to_string(name, whole | given, context.get("request"))
