"""What a list consists of. Words are lazy: a table is described once, at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

Word = str | Promise


@dataclass(frozen=True, slots=True)
class Column:
    """``sort`` names the model's field that carries the order; give it only where an index leads with the
    organisation and that field (or where the list is short by its nature). The field must not be null."""

    key: str
    word: Word
    sort: str = ""
    falling: bool = False
    """Whether the first press on its heading puts the greatest on top, as for times and counts."""
    number: bool = False
    wide: bool = True
    """Left out on a phone."""
    fixed: bool = False
    """Always shown: the column whose text is the link."""
    shown: bool = True
    """Before anybody chose."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of an act: arguments of the field component. ``options`` come from the view."""

    name: str
    label: Word
    hint: Word = ""
    type: str = "text"
    required: bool = True
    options: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """What may be done with ticked rows. With ``says`` or ``asks`` a dialog opens first."""

    key: str
    word: Word
    """On the button: a verb, with "…" when a question follows."""
    icon: str
    permission: str
    says: Word = ""
    """What will happen, in a sentence."""
    asks: tuple[Ask, ...] = ()
    danger: bool = False

    @property
    def verb(self) -> str:
        """On the button of its dialog: the same without the dots."""
        return str(self.word).removesuffix("…")


@dataclass(frozen=True, slots=True)
class Table:
    key: str
    """A slug; the person's columns and views are kept under it."""
    caption: Word
    columns: tuple[Column, ...]
    order: str
    """The order nobody chose: a column's key, with ``-`` for the greatest first."""
    row: str
    """The template of the cells of one row: ``<td>`` after ``<td>``, each inside ``{% if shown.KEY %}``."""
    acts: tuple[Act, ...] = ()
    label: Callable[[Any], str] = str
    """What a row is called, for the tick in front of it."""
    size: int = 50

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)

    def kept(self, chosen: list[str] | None) -> frozenset[str]:
        """The keys of the columns shown, given those a person chose."""
        if chosen is None:
            return frozenset(column.key for column in self.columns if column.fixed or column.shown)
        return frozenset(column.key for column in self.columns if column.fixed or column.key in chosen)
