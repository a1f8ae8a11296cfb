"""The names of what the audit log keeps by number: people, groups, hotlines …, one query a kind for a whole page.

The apps above register in ``AppConfig.ready`` how their things are called (``register_names``), and how a value with
a shape of its own is said (``register_teller``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any, Final, TypeVar

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from campana.accounts.audit_words import OBJECTS
from campana.accounts.models import AuditEntry

T = TypeVar("T")
Namer = Callable[[int, Collection[int]], Mapping[int, str]]
"""Organisation and ids to names; what is not there any more is left out."""
REFERENCES: Final = {
    "agent": "agent",
    "agents": "agent",
    "members": "agent",
    "shown_by": "agent",
    "group": "agent_group",
    "groups": "agent_group",
    "limited_to": "agent_group",
    "owner": "user",
    "owner_id": "user",
    "user": "user",
    "contact": "contact",
    "group_id": "group",
    "campaign": "campaign",
    "campaign_id": "campaign",
    "hotline": "hotline",
    "hotlines": "hotline",
    "trunk_id": "trunk",
    "hold_music_id": "sound",
    "abandoned_message_id": "sound",
    "script": "script",
    "script_id": "script",
    "result_set_id": "result_set",
    "working_hours_id": "working_hours",
}
"""Names of values to the kind of object whose number they hold."""
_NEVER_AGAIN: Final = frozenset({"contact"})
"""Who was erased for good is not named from old entries."""
_CALLED: Final = ("name", "label", "number", "file", "url")
"""Where an entry about an object keeps how it was called."""
_CHUNK: Final = 5_000


class Names:
    """How the things of one organisation are called, as far as they were asked for."""

    def __init__(self, known: Mapping[str, Mapping[int, str]], organisation_id: int = 0) -> None:
        self._known = known
        self._organisation_id = organisation_id
        self._memo: dict[str, Any] = {}

    def once(self, what: str, read: Callable[[int], T], otherwise: T) -> T:
        """What a teller needs of the organisation, read once a page."""
        if not self._organisation_id:
            return otherwise
        if what not in self._memo:
            self._memo[what] = read(self._organisation_id)
        found: T = self._memo[what]
        return found

    def known(self, kind: str, pk: Any) -> str:
        """Blank for what has no name."""
        return self._known.get(kind, {}).get(pk, "") if isinstance(pk, int) else ""

    def of(self, kind: str, pk: int) -> str:
        found = self._known.get(kind, {})
        if pk not in found:
            return _("no longer there (number %(number)s)") % {"number": pk}
        return found[pk] or f"{OBJECTS.get(kind, kind)} {pk}"


Teller = Callable[[Any, Names], str]
_namers: dict[str, Namer] = {}
_tellers: dict[str, Teller] = {}


def register_names(**namers: Namer) -> None:
    """By kind, the words of ``AuditEntry.object_type``."""
    _namers.update(namers)


def register_teller(name: str, teller: Teller) -> None:
    """For values of this name."""
    _tellers[name] = teller


def teller_of(name: str) -> Teller | None:
    return _tellers.get(name)


def by_column(model: type[Model], column: str, said: Callable[[str], str] = str) -> Namer:
    """Names that stand in a column of the model or of what it points to."""

    def names(organisation_id: int, ids: Collection[int]) -> dict[int, str]:
        rows = model._base_manager.filter(organisation_id=organisation_id, pk__in=ids)
        return {pk: said(name) for pk, name in rows.values_list("pk", column)}

    return names


def names_of(organisation_id: int, entries: Iterable[AuditEntry]) -> Names:
    """Of everything these entries name by number, and of what they are about."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        if entry.object_id.isdecimal() and entry.object_type in _namers:
            wanted[entry.object_type].add(int(entry.object_id))
        for values in (entry.before, entry.after):
            _collect("", values, wanted)
    return Names(_looked_up(organisation_id, wanted), organisation_id)


def names_within(organisation_id: int, values: Any) -> Names:
    """Of what values of the log's shape name by number."""
    wanted: dict[str, set[int]] = defaultdict(set)
    _collect("", values, wanted)
    return Names(_looked_up(organisation_id, wanted), organisation_id)


def reference(name: str, value: Any) -> str:
    """The kind a value of this name means by its number; blank for every other value."""
    return REFERENCES.get(name, "") if isinstance(value, int) and not isinstance(value, bool) else ""


def _collect(name: str, value: Any, wanted: dict[str, set[int]]) -> None:
    if isinstance(value, dict):
        if value.get("kind") in _namers and isinstance(value.get("id"), int):  # a source of contacts
            wanted[value["kind"]].add(value["id"])
        for key, each in value.items():
            _collect(key, each, wanted)
    elif isinstance(value, list):
        for each in value:
            _collect(name, each, wanted)
    elif kind := reference(name, value):
        wanted[kind].add(value)


def _looked_up(organisation_id: int, wanted: Mapping[str, Collection[int]]) -> dict[str, dict[int, str]]:
    known = {kind: _present(organisation_id, kind, ids) for kind, ids in wanted.items()}
    gone = {kind: set(ids) - set(known[kind]) for kind, ids in wanted.items() if kind not in _NEVER_AGAIN}
    for kind, pk, name in _past(organisation_id, gone):
        known[kind][pk] = _("%(name)s (no longer there)") % {"name": name}
    return known


def _present(organisation_id: int, kind: str, ids: Collection[int]) -> dict[int, str]:
    if kind not in _namers or not ids:
        return {}
    listed, found = sorted(ids), dict[int, str]()
    for start in range(0, len(listed), _CHUNK):
        found.update(_namers[kind](organisation_id, listed[start : start + _CHUNK]))
    return found


def _past(organisation_id: int, gone: Mapping[str, Collection[int]]) -> list[tuple[str, int, str]]:
    """How things that are gone were called, as the newest entry about each says. An agent is a person's name."""
    about = [Q(object_type=kind, object_id__in=[str(pk) for pk in ids]) for kind, ids in gone.items() if ids]
    if not about:
        return []
    keys = [*_CALLED, "user"]
    rows = (
        AuditEntry.objects.filter(reduce(or_, about), organisation_id=organisation_id)
        .filter(Q(after__has_any_keys=keys) | Q(before__has_any_keys=keys))
        .order_by("object_type", "object_id", "-at", "-id")
        .distinct("object_type", "object_id")
        .values_list("object_type", "object_id", "before", "after")
    )
    told = [(kind, int(pk), {**(before or {}), **(after or {})}) for kind, pk, before, after in rows]
    users = [values["user"] for _kind, _pk, values in told if isinstance(values.get("user"), int)]
    people = _present(organisation_id, "user", users)
    named = [(kind, pk, _called(values) or people.get(values.get("user", 0), "")) for kind, pk, values in told]
    return [each for each in named if each[2]]


def _called(values: Mapping[str, Any]) -> str:
    return next((str(values[key]) for key in _CALLED if isinstance(values.get(key), str) and values[key]), "")
