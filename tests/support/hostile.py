"""Texts that would like to be markup, and a reader that finds where one became it.

``EVIL`` fits into every text field longer than sixty characters. It opens with a formula, leaves an attribute, brings
an element with a handler and a script, and asks two template engines to multiply.
"""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from support.cast import Cast
from support.routes import Route
from support.rows import LUMEN_ROW, Rows

EVIL = '=z()"><img src=x onerror=z()><script>z()</script>{{1333*7}}'
LINK = "javascript:z()//1333*7"
MAIL = '"<img/onerror=z()>"@x.example'
ADDRESS = 'https://x.example/"><script>z()</script>{{1333*7}}'
PRODUCT = "9331"
EVILS = (EVIL, LINK, MAIL, ADDRESS)

FREE = {
    "accounts.AuditEntry": {"before": {EVIL: EVIL}, "after": {EVIL: [EVIL], "name": EVIL}},
    "accounts.SavedView": {"query": "q=" + EVIL},
    "accounts.User": {"email": MAIL},
    "automation.Delivery": {"problem": EVIL, "payload": {"name": EVIL}},
    "automation.Webhook": {"url": ADDRESS},
    "calls.Attempt": {
        "state": "ended",
        "permit": {"hours": EVIL, EVIL: EVIL},
        "answers": {"evil": EVIL, EVIL: [EVIL], "several": [EVIL]},
        "answer_drafts": {"list": [EVIL]},
    },
    "calls.Skip": {"code": "outside_hours", "detail": EVIL},
    "crm.Contact": {
        "position": EVIL,
        "additional_info": EVIL,
        "external_id": EVIL,
        "email": MAIL,
        "fields": {"key": EVIL, EVIL: EVIL},
    },
    "crm.ContactImport": {"problem": EVIL, "encoding": EVIL[:20]},
    "crm.ContactNumber": {"raw": EVIL, "valid": False},
    "crm.SavedFilter": {"condition": {"all": [{"field": "name", "op": "is", "value": EVIL}]}},
    "hotlines.Trunk": {"endpoint": EVIL},
    "scripts.Parameter": {"name": "evil"},
    "scripts.ScriptVersion": {
        "elements": [
            {"kind": "text", "text": EVIL},
            {"kind": "long", "name": "evil", "label": EVIL, "help": EVIL},
            {"kind": "single", "name": EVIL, "label": EVIL, "options": [EVIL, LINK]},
            {"kind": "list", "name": "list", "label": EVIL, "options": [EVIL, LINK]},
            {
                "kind": "multiple",
                "name": "several",
                "label": EVIL,
                "options": [EVIL],
                "shown_if": {"name": "evil", "test": "is", "values": [EVIL]},
            },
        ]
    },
    "workforce.Agent": {"endpoint": EVIL, "pause_reason": EVIL, "desk": EVIL[:40]},
    "workforce.PresenceChange": {"state": "offline", "reason": EVIL},
}
"""Text columns a person, a file, the switch or a program fills, beside those ``support.rows`` speaks of."""

SPOKEN = re.compile(r"name|label|note|description|comment|company|position|info|reason|text|result|script|words|title")
"""Fields of forms that take any words."""

LEADS = {"href", "src", "action", "formaction", "poster", "data", "xlink:href"}


class Reader(HTMLParser):
    """Collects what must not be in a page, and the forms that are."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._choice: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._look(tag, given)
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        if self._open is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self._open.take(name, given)
        elif tag == "select":
            self._choice = name
        elif tag == "option" and self._choice:
            value = given.get("value", "")
            if "selected" in given or not self._open.values.get(self._choice):
                self._open.values[self._choice] = value
        elif tag == "textarea" and name:
            self._open.texts.add(name)
            self._area = name
            self._open.values[name] = ""
        elif tag == "button" and name:
            self._open.values.setdefault(name, given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._area:
            self._open.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._choice = None
        elif tag == "textarea":
            self._area = None

    def _look(self, tag: str, given: dict[str, str]) -> None:
        if tag == "script" and not _ours(given.get("src", "")) and given.get("type") != "application/json":
            self.wrong.append(f"script {given}")
        for name, value in given.items():
            if name.startswith(("on", "hx-on", "x-on")) or name in {"style", "srcdoc"}:
                self.wrong.append(f"{tag} {name}={value}")
            bare = "".join(value.split()).lower()
            if bare.startswith(("javascript:", "vbscript:")) and (name in LEADS or name.startswith("hx-")):
                self.wrong.append(f"{tag} {name}={value}")
            if name in {"hx-vals", "hx-headers", "hx-trigger"} and value.strip().startswith(("js:", "javascript:")):
                self.wrong.append(f"{tag} {name}={value}")
        if tag in {"iframe", "object", "embed", "base"} or (tag == "img" and given.get("src") == "x"):
            self.wrong.append(f"{tag} {given}")


def _ours(source: str) -> bool:
    return bool(source) and not urlsplit(source).netloc and source.startswith("/static/")


class Form:
    def __init__(self, action: str, method: str) -> None:
        self.action, self.method = action, method
        self.values: dict[str, Any] = {}
        self.texts: set[str] = set()
        self.files: set[str] = set()

    def take(self, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text").lower()
        if kind == "file":
            self.files.add(name)
        elif kind in {"checkbox", "radio"}:
            if "checked" in given or name not in self.values:
                self.values[name] = given.get("value", "on")
        else:
            self.values[name] = given.get("value", "")
            if kind in {"text", "search", "url", "email", "tel", "password"}:
                self.texts.add(name)

    def filled(self, words: str, *, only: re.Pattern[str] | None = None) -> dict[str, Any]:
        """The form as it stands, with ``words`` in its text fields (or those with such names)."""
        chosen = {name for name in self.texts if only is None or only.search(name)}
        return {**self.values, **dict.fromkeys(chosen, words)}


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def faults(answer: Any) -> list[str]:
    """What is wrong with an answer: its policy, its type, its markup, its formulas."""
    found = []
    policy = answer.headers.get("Content-Security-Policy", "")
    if "script-src 'self'" not in policy or "default-src 'none'" not in policy or "unsafe" in policy:
        found.append(f"policy {policy!r}")
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        found.append("may be sniffed")
    if any("\n" in value or "\r" in value for value in answer.headers.values()):
        found.append("a header of two lines")
    kind = answer.headers.get("Content-Type", "")
    if getattr(answer, "streaming", False):
        content = b"".join(answer.streaming_content)
    else:
        content = answer.content
    if kind.startswith("text/html"):
        page = content.decode()
        found += read(page).wrong
        found += [f"unescaped {words!r}" for words in ("<img src=x", "<img/onerror", "<script>z") if words in page]
        found += [f"multiplied near {page[at - 40 : at + 20]!r}" for at in _places(PRODUCT, page)]
    elif kind.startswith("text/csv"):
        found += formulas(content.decode("utf-8-sig"))
    return found


def _places(words: str, page: str) -> list[int]:
    """Not as part of a longer number."""
    return [match.start() for match in re.finditer(rf"(?<![\w.-]){words}(?![\w.-])", page)]


def formulas(text: str) -> list[str]:
    """Cells a spreadsheet program would reckon. A number with its sign is none."""
    delimiter = ";" if text.count(";") > text.count(",") else ","
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=delimiter) for cell in row]
    return [f"formula {cell!r}" for cell in cells if re.match(r"\s*(=|@|[-+](?![\d ().-]*$))|[\t\r]", cell)]


WORDS = {"step": "general", "table": "contacts", "token": "nothing"}


def address(route: Route) -> str:
    """Of the route, with the hostile rows where it wants numbers."""

    def value(match: re.Match[str]) -> str:
        return str(LUMEN_ROW) if match.group(1) == "int" else WORDS.get(match.group(2), "word")

    return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", value, route.pattern)


def fill(cast: Cast) -> None:
    """One row of every table of Lumen with hostile words in every text; the person of the row may do everything."""
    from campana.tenancy import system_scope

    rows = Rows(cast.lumen, LUMEN_ROW, EVIL, FREE).make_all()
    assert rows.failed == {}
    with system_scope():
        cast.lumen.name = EVIL
        cast.lumen.save()
