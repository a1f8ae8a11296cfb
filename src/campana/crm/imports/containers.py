"""What kind of file it is, by its content, and whether it is safe to open.

A spreadsheet is a ZIP of XML files. Before it is opened, its parts are unpacked once as a stream and
counted, so that neither headers that lie nor a bomb reach the parser.
"""

from __future__ import annotations

import zipfile
import zlib
from enum import StrEnum
from pathlib import Path

from campana.crm.imports.problems import BadFile, FileProblem

MAX_ENTRIES = 2_000
MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 150
"""Honest tables of 100,000 equal rows pack about 1:60."""
RATIO_FROM = 5 * 1024 * 1024
_CHUNK = 256 * 1024


class Container(StrEnum):
    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"


def container_of(path: Path) -> Container:
    """Raises BadFile for what is no table or is dangerous to open."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except FileNotFoundError:
        raise BadFile(FileProblem.GONE) from None
    if not head:
        raise BadFile(FileProblem.EMPTY)
    if head.startswith(b"PK\x03\x04"):
        _check_zip(path)
        return Container.XLSX
    if head == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return Container.XLS
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"PK", b"Rar!", b"7z\xbc\xaf")):
        raise BadFile(FileProblem.NOT_A_TABLE)
    return Container.CSV


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise BadFile(FileProblem.BOMB)
            if "[Content_Types].xml" not in archive.namelist():
                raise BadFile(FileProblem.NOT_A_TABLE)
            if any(entry.flag_bits & 1 for entry in entries):
                raise BadFile(FileProblem.PROTECTED)
            room = MAX_UNPACKED
            for entry in entries:
                room -= _check_entry(archive, entry, room)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise BadFile(FileProblem.DAMAGED) from None


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> int:
    """Unpack one part as a stream; its true size. Entities and bombs are refused."""
    size, tail = 0, b""
    limit = min(room, max(RATIO_FROM, entry.compress_size * MAX_RATIO))
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise BadFile(FileProblem.BOMB)
            # UTF-16 parts would hide the words: dropping NULs makes both encodings look the same.
            seen = (tail + chunk).replace(b"\x00", b"")
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                raise BadFile(FileProblem.ENTITY)
            tail = chunk[-32:]
    return size
