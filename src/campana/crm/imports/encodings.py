"""Which encoding and which delimiter a text file has."""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import Path

ENCODINGS = ("utf-8", "utf-16", "windows-1250", "windows-1251", "windows-1258")
DELIMITERS = (",", ";", "\t", "|")
_CODECS = {"utf-8": "utf-8-sig", "windows-1250": "cp1250", "windows-1251": "cp1251", "windows-1258": "cp1258"}
_SAMPLE = 256 * 1024
_CHUNK = 1024 * 1024
_CYRILLIC = set("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў")
_CZECH = set("áčďéěíňóřšťúůýžäöüľĺŕô")
_VIETNAMESE = set("ăâđêôơưàáãèéìíòóõùúý") | {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323", "ð"}
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")


def codec(encoding: str) -> str:
    """The name by which Python opens a file in ``encoding``."""
    return _CODECS.get(encoding, encoding)


def detect_encoding(path: Path) -> str:
    """One of ENCODINGS, or ``utf-16-le``/``utf-16-be`` where the mark at the beginning is missing."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in head[:4096]:
        return "utf-16-be" if head[:4096:2].count(0) > head[1:4096:2].count(0) else "utf-16-le"
    if _is_utf8(path):
        return "utf-8"
    return max(("windows-1250", "windows-1251", "windows-1258"), key=lambda name: _likeness(head, name))


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _likeness(head: bytes, encoding: str) -> float:
    """How many words with letters beyond ASCII look like the language the encoding is for."""
    try:
        text = head.decode(codec(encoding)).lower()
    except UnicodeDecodeError:
        text = head.decode(codec(encoding), errors="replace").lower()
        if text.count("\ufffd") > 3:
            return -1.0
    good = seen = 0
    for word in _WORD.findall(text)[:20_000]:
        foreign = {c for c in word if c > "\x7f"}
        if not foreign:
            continue
        seen += 1
        if encoding == "windows-1251":
            good += foreign == set(word) and foreign <= _CYRILLIC
        else:
            good += foreign <= (_CZECH if encoding == "windows-1250" else _VIETNAMESE)
    return good / seen if seen else 0.0


def detect_delimiter(path: Path, encoding: str) -> str:
    """The delimiter that cuts the first lines into the most equal number of columns."""
    with path.open("r", encoding=codec(encoding), errors="replace", newline="") as file:
        sample = file.read(64 * 1024)
    first = sample.split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5 and first[4] in DELIMITERS:
        return first[4]
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    try:
        rows = [
            len(row)
            for row, _ in zip(csv.reader(io.StringIO(sample), delimiter=delimiter), range(30), strict=False)
            if row
        ]
    except csv.Error:
        return 0.0, 0
    if len(rows) > 2:
        rows.pop()  # the sample may end inside it
    if not rows or max(rows) < 2:
        return 0.0, 0
    usual = max(set(rows), key=rows.count)
    return (rows.count(usual) / len(rows) if usual > 1 else 0.0), usual
