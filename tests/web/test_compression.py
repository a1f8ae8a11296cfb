"""What leaves compressed, what does not, and that it is the same afterwards."""

from __future__ import annotations

import gzip
import re

import pytest
from django.templatetags.static import static
from django.test import Client

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def body(answer: object) -> bytes:
    streamed = getattr(answer, "streaming_content", None)
    return b"".join(streamed) if streamed is not None else answer.content  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    "name", ["ui/css/campana.css", "ui/css/table.css", "ui/vendor/htmx.min.js", "ui/vendor/icons.svg"]
)
def test_text_files_are_smaller_and_the_same(client: Client, name: str) -> None:
    plain = client.get(static(name))
    assert "Content-Encoding" not in plain.headers
    whole = body(plain)
    for _ in range(2):
        small = client.get(static(name), headers=GZIP)
        assert small.headers["Content-Encoding"] == "gzip"
        sent = body(small)
        assert int(small.headers["Content-Length"]) == len(sent) < len(whole)
        assert gzip.decompress(sent) == whole
        assert "immutable" in small.headers["Cache-Control"]
        assert "Accept-Encoding" in small.headers["Vary"]


def test_type_files_are_left_as_they_are(client: Client) -> None:
    name = "ui/vendor/plex/files/campana-sans-latin.woff2"
    assert "Content-Encoding" not in client.get(static(name), headers=GZIP).headers


def test_a_page_differs_in_length_from_time_to_time(client: Client) -> None:
    answers = [client.get("/no-such-page", headers=GZIP) for _ in range(12)]
    assert all(answer.headers["Content-Encoding"] == "gzip" for answer in answers)
    assert len({len(answer.content) for answer in answers}) > 1
    assert b"<html" in gzip.decompress(answers[0].content)


def test_a_part_of_a_file_is_a_part_of_the_plain_file(client: Client) -> None:
    part = client.get(static("ui/css/table.css"), headers={**GZIP, "Range": "bytes=0-9"})
    assert (part.status_code, len(body(part))) == (206, 10)
    assert "Content-Encoding" not in part.headers


def test_a_file_that_is_not_there_stays_not_there(client: Client) -> None:
    for _ in range(2):
        assert client.get("/static/nothing/ui/css/table.css", headers=GZIP).status_code == 404


def test_one_stylesheet_has_all_of_them(client: Client) -> None:
    sheet = body(client.get(static("ui/css/campana.css"))).decode()
    assert "@import" not in sheet
    assert ".ledger {" in sheet
    fonts = re.findall(r"url\((/static/[^)]+\.woff2)\)", sheet)
    assert len(fonts) == 5
    assert client.get(fonts[0]).status_code == 200


def test_what_a_page_loads_of_styles_is_under_40_kb_as_it_is_written(client: Client) -> None:
    common = styles(client, "campana")
    rooms = {
        name: styles(client, name)
        for name in ("campaign-room", "desk-room", "wizard-room", "mapping", "wallboard", "door")
    }
    heavy = {name: common + room for name, room in rooms.items() if common + room > 40_000}
    assert not heavy, heavy


def styles(client: Client, name: str) -> int:
    """Bytes, without what comes with the type."""
    sheet = body(client.get(static(f"ui/css/{name}.css"))).decode()
    assert "@import" not in sheet
    return len(re.sub(r"@font-face\s*\{[^}]*\}", "", sheet).encode())
