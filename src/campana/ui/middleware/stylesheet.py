"""One stylesheet over the line, many in the house: a list such as campana.css with what it imports in its places.

The address is the one of the static file, so a proxy that serves static files by itself serves the plain one, which
imports the others one by one: slower at the first visit, and the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.templatetags.static import static

from campana.ui.assets import SOURCE

ROOMS: Final = ("campaign-room", "desk-room", "wizard-room", "style-room")
SHEETS: Final = tuple(f"ui/css/{name}.css" for name in ("campana", *ROOMS))
"""What every page needs, and what one room alone needs on top of it."""
_IMPORT = re.compile(r'@import url\("([^"]+)"\);')
_FILE = re.compile(r"url\((\./[^)]+)\)")


class Stylesheet:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        root = static("")
        sheet = request.path.removeprefix(root)
        if sheet not in SHEETS or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        answer = HttpResponse(whole(sheet, root), content_type="text/css; charset=utf-8")
        answer.headers["Cache-Control"] = "max-age=315360000, public, immutable"
        return answer


@lru_cache(maxsize=2 * len(SHEETS))
def whole(name: str, root: str) -> str:
    """The text of all of them in the order of the list. ``root``: the static address, which names the version."""
    sheet = SOURCE / "ui" / "static" / name

    def inlined(found: re.Match[str]) -> str:
        file = (sheet.parent / found[1]).resolve()
        return _FILE.sub(lambda part: f"url({_address(file, part[1], root)})", file.read_text())

    return _IMPORT.sub(inlined, sheet.read_text())


def _address(file: Path, relative: str, root: str) -> str:
    return root + str((file.parent / relative).resolve().relative_to(SOURCE / "ui" / "static"))
