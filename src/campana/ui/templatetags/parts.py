"""The larger components as template tags: ``{% load parts %}``. What each is given is in ``ui.parts``.

The page /style shows all of them in every state; each has one template in templates/ui/parts and one stylesheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from campana.ui.parts import Bar, Chip, Choice, Column, Figure, Tab, Word, Wrong, wrongs_of

register = template.Library()


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(items: Iterable[Tab], label: Word) -> dict[str, Any]:
    """The pages of one place; ``label`` names the navigation for readers of screens."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/parts/chips.html")
def chips(items: Iterable[Chip], label: Word) -> dict[str, Any]:
    """The values of one filter with their counts; links, so that each view has an address."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/parts/bars.html")
def bars(rows: Iterable[Bar], caption: Word, whole: float = 0) -> dict[str, Any]:
    """A table with a bar a line. Bars are drawn against ``whole``, or against the longest when it is 0."""
    lines = list(rows)
    return {"rows": lines, "caption": caption, "whole": whole or max((row.value for row in lines), default=0) or 1}


@register.inclusion_tag("ui/parts/figures.html")
def figures(items: Iterable[Figure]) -> dict[str, Any]:
    """One line of the figures that matter; up to six."""
    return {"items": items}


@register.inclusion_tag("ui/parts/progress.html")
def progress(
    done: float, total: float, label: Word, now: float = 0, retry: float = 0, note: Word = ""
) -> dict[str, Any]:
    """How far something is: a bar with its parts, the share and the words ``note`` beside it."""
    return {"done": done, "total": total, "label": label, "now": now, "retry": retry, "note": note}


@register.inclusion_tag("ui/parts/pips.html")
def pips(spent: int, limit: int, label: Word) -> dict[str, Any]:
    """A budget in whole things, one pip each: a meter for small numbers. Past 40 a bar says the same."""
    return {
        "spent": range(min(spent, limit)),
        "left": range(max(0, limit - spent)),
        "over": range(max(0, spent - limit)),
        "label": label,
        "many": max(spent, limit) > 40,
        "share": min(1, spent / limit) if limit else 1,
    }


@register.inclusion_tag("ui/parts/notice.html")
def notice(
    kind: str, text: Word, detail: Word = "", url: str = "", label: Word = "", alert: bool = False
) -> dict[str, Any]:
    """What happened, what it means for the work, and what to do. ``kind``: fault, callback, success …"""
    return {"kind": kind, "text": text, "detail": detail, "url": url, "label": label, "alert": alert}


@register.inclusion_tag("ui/parts/errors.html")
def errors(given: forms.BaseForm | Iterable[Wrong] | Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The summary at the top of a form: every field that is wrong, each a link to its control."""
    return {"wrongs": wrongs_of(given)}


@register.inclusion_tag("ui/parts/chart.html")
def chart(
    heads: Sequence[Word], columns: Sequence[Column], caption: Word, first: Word, kind: str = "bars", note: Word = ""
) -> dict[str, Any]:
    """A table that chart.js draws: ``bars`` from zero or ``lines``. ``heads`` are the words of the axis, ``first``
    names it in the table. At most two columns; the first of two is the whole that the second is part of.
    The page loads ``ui/js/chart.js``."""
    rows = [(head, [column.values[index] for column in columns]) for index, head in enumerate(heads)]
    return {"rows": rows, "columns": columns, "caption": caption, "first": first, "kind": kind, "note": note}


@register.inclusion_tag("ui/parts/picker.html")
def picker(
    name: str, choices: Iterable[Choice], label: Word, hint: Word = "", error: Word = "", empty: Word = ""
) -> dict[str, Any]:
    """Two lists: who may be chosen and who is. Ticks of one name; ``ui/js/picker.js`` moves them between the lists,
    without it they are ticks all the same."""
    given = list(enumerate(choices))
    return {
        "name": name,
        "free": [(place, choice) for place, choice in given if not choice.chosen],
        "chosen": [(place, choice) for place, choice in given if choice.chosen],
        "label": label,
        "hint": hint,
        "error": error,
        "empty": empty,
    }


@register.simple_block_tag
def dialog(content: str, id: str, title: Word, kind: str = "") -> str:
    """A native dialog; ``<button type="button" data-dialog="ID">`` opens it. It holds a form with its own buttons;
    a ``<button type="button" data-close>`` closes it."""
    return render_to_string(
        "ui/parts/dialog.html", {"content": SafeString(content), "id": id, "title": title, "kind": kind}
    )
