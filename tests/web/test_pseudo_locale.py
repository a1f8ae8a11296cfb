"""In a made-up language every page is read: what is not in its clothes and is no data was written into a template."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any
from zoneinfo import available_timezones

import pytest
from babel import Locale
from django.apps import apps
from django.test import Client
from django.utils import timezone

from campana.accounts.law.packs import FILE
from campana.accounts.models import User
from campana.config.screens import state
from campana.crm.models import ContactImport
from campana.crm.operations.imports import file_of
from campana.tenancy import system_scope
from campana.ui.zones import zone_city
from support.cast import sign_in
from support.crawl import pages
from support.pseudo import dressed, spoken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SPECIMENS = ("style",)
"""The style page is made of specimens: they are data."""
NAMES = {
    "campana": "the product",
    "english": "a language's own name",
    "tiếng": "a language's own name",
    "việt": "a language's own name",
    "čeština": "a language's own name",
    "русский": "a language's own name",
    "csv": "a format",
    "xlsx": "a format",
    "xls": "a format",
    "wav": "a format",
    "mp": "a format",
    "mb": "a unit",
    "utf": "an encoding",
    "api": "the same in every language",
    "esc": "a key of the keyboard",
    "enter": "a key of the keyboard",
    "space": "a key of the keyboard",
    "https": "part of an address",
    "http": "part of an address",
    "pjsip": "a channel driver's own name",
    "cmp": "how every API key begins",
    "am": "of a clock",
    "pm": "of a clock",
}
SHOWN = ("aria-label", "title", "placeholder", "alt", "data-confirm", "data-verb", "hx-confirm", "aria-description")
BEGIN = (
    "/",
    "/profile",
    "/contacts/recycle-bin",
    "/contacts/acts",
    "/emergency-stop",
    "/wallboard",
    "/settings",
    "/session",
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_DRESSED = re.compile(r"⟦[^⟦⟧]*⟧")


class Reader(HTMLParser):
    """The texts of a page that people see or hear."""

    UNSEEN = frozenset({"script", "style", "code", "pre", "kbd", "svg"})

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in self.UNSEEN
        given = dict(attrs)
        self.texts += [given[name] or "" for name in SHOWN if given.get(name)]
        self.texts += [value or "" for name, value in attrs if name.startswith("data-say")]
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.texts.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in self.UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.texts.append(data)


def undressed(html: str) -> list[str]:
    """Words that did not come through the catalogue."""
    reader = Reader()
    reader.feed(html)
    text = " \n ".join(reader.texts)
    while _DRESSED.search(text):
        text = _DRESSED.sub(" ", text)
    return [word.lower() for word in _WORD.findall(text)]


@lru_cache
def of_the_locale() -> frozenset[str]:
    """Months, days, zones, units and countries: Babel has them in every language."""
    english = Locale("en")
    named = [str(word) for width in ("wide", "abbreviated") for word in english.months["format"][width].values()]
    named += [str(word) for width in ("wide", "abbreviated") for word in english.days["format"][width].values()]
    named += [*map(str, english.territories.values()), *(zone_city(zone, "en") for zone in available_timezones())]
    named += [
        datetime(2026, month, 1, tzinfo=UTC).astimezone(timezone.get_current_timezone()).tzname() or ""
        for month in (1, 7)
    ]
    named += ["CET", "CEST", "EST", "EDT", "GMT", "UTC", "hr", "min", "sec"]
    return frozenset(word.lower() for name in named for word in _WORD.findall(name))


def data() -> set[str]:
    """Every word in the database, in uploaded files and of laws' sources: names, addresses, notes, scripts."""
    files = (file_of(imported).read_bytes().decode("cp1250") for imported in ContactImport.objects.all())
    words = {word.lower() for text in files for word in _WORD.findall(text)}
    for model in apps.get_models():
        if model.__module__.startswith("campana."):
            for row in model.objects.all().values():  # type: ignore[attr-defined]
                words.update(word.lower() for value in row.values() for word in _WORD.findall(str(value)))
    sources = (fact["source"] for pack in tomllib.loads(FILE.read_text()).values() for fact in facts_of(pack))
    return words | {word.lower() for source in sources for word in _WORD.findall(source)}


def facts_of(pack: dict[str, Any]) -> list[dict[str, Any]]:
    """Of a law pack: the names of laws stay in the language of their file."""
    return [*pack.get("duties", []), *(fact for name, fact in pack.items() if name != "duties")]


def test_placeholders_keep_their_names() -> None:
    assert dressed("{hour} so far") == "⟦{hour} só fár⟧"
    assert dressed("%(count)s contacts joined %(group)s.") == "⟦%(count)s cóntácts jóínéd %(group)s.⟧"


def test_a_word_in_a_template_is_found() -> None:
    html = "<p>⟦Námé⟧ Hard <b title='Coded'>⟦x⟧</b> 12:30</p><script>not('this')</script>"
    assert undressed(html) == ["hard", "coded"] or undressed(html) == ["coded", "hard"]


def test_no_page_has_words_that_can_not_be_translated() -> None:
    told = state.make(timezone.now(), contacts=120)
    client = Client()
    with system_scope():
        User.objects.update(language="en")
        sign_in(client, User.objects.get(email=told.people["admin"]))
    begin = [*BEGIN, f"/imports/{told.ids['mapping']}", f"/agents/{told.ids['agent']}", f"/trunks/{told.ids['trunk']}"]
    agent = Client()
    with system_scope():
        sign_in(agent, User.objects.get(email=told.people["you"]))
    with spoken():
        found = {**pages(client, begin), **{f"{key} (agent)": page for key, page in pages(agent).items()}}
    assert len(found) > 45, sorted(found)
    with system_scope():
        allowed = data() | of_the_locale() | set(NAMES)
    wrong = {}
    for route, (_address, html) in found.items():
        words = sorted(set(undressed(html)) - allowed)
        if words and route not in SPECIMENS:
            wrong[route] = words
    assert not wrong, "\n".join(f"{route}: {' '.join(words)}" for route, words in wrong.items())
