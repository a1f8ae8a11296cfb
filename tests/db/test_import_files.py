"""What is read, and what is refused, of files that people and attackers upload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from campana.crm.imports.encodings import detect_encoding
from campana.crm.imports.problems import BadFile, FileProblem
from campana.crm.models import ContactImport
from campana.crm.operations import upload_import
from campana.crm.operations.imports import file_of, look_at
from campana.tenancy import organisation_scope
from support.cast import NOW, Cast, actor
from support.tables import csv_bytes, with_part, xls_bytes, xlsx_bytes

HEAD = ["Full name", "Phone"]
NHUNG = ["Nguyễn Thị Hồng Nhung", "84912345678"]


@pytest.fixture(autouse=True)
def files(settings: object, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def upload(cast: Cast, content: bytes, name: str = "contacts.csv") -> ContactImport:
    return upload_import(actor=actor(cast.carol), file_name=name, chunks=[content], now=NOW)


def refused(cast: Cast, content: bytes) -> FileProblem:
    with pytest.raises(BadFile) as bad:
        upload(cast, content)
    assert not ContactImport.objects.exists()
    return bad.value.problem


@pytest.mark.parametrize(
    ("encoding", "detected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_detected(lumen: Cast, encoding: str, detected: str, delimiter: str) -> None:
    imported = upload(lumen, csv_bytes([HEAD, NHUNG, NHUNG], delimiter=delimiter, encoding=encoding))
    assert (imported.encoding, imported.delimiter) == (detected, delimiter)
    seen = look_at(imported)
    assert seen.headers == HEAD
    assert list(seen.rows[0][1]) == NHUNG


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("windows-1250", ["Řehoř Dvořák", "Žaneta Šťastná", "Jiří Ámos"]),
        ("windows-1251", ["Алёна Журавлёва", "Сергей Ковалёв", "Мария"]),
        (
            "windows-1258",
            [
                "Tr\u00e2\u0300n V\u0103n \u0110\u01b0\u0301c",
                "L\u00ea Th\u1ecb H\u00f4\u0300ng".replace("\u1ecb", "i\u0323"),
                "Ng\u00f4 Ba\u0309o",
            ],
        ),
    ],
)
def test_old_windows_encodings_are_told_apart(tmp_path: Path, encoding: str, names: list[str]) -> None:
    codec = {"windows-1250": "cp1250", "windows-1251": "cp1251", "windows-1258": "cp1258"}[encoding]
    file = tmp_path / "old.csv"
    file.write_bytes(csv_bytes([["Name", "Phone"], *([name, "84912345678"] for name in names)], encoding=codec))
    assert detect_encoding(file) == encoding


def test_a_wrong_override_of_the_encoding_is_named(lumen: Cast) -> None:
    imported = upload(lumen, csv_bytes([HEAD, ["Алёна", "79161234567"]], encoding="cp1251"))
    with pytest.raises(BadFile) as bad:
        look_at(imported, encoding="utf-8")
    assert bad.value.problem is FileProblem.ENCODING


def test_line_breaks_in_quotes_stay_in_their_cell(lumen: Cast) -> None:
    seen = look_at(
        upload(lumen, b'Name,Phone,Note\r\nJana,84912345678,"one\r\ntwo, ""three"""\r\nPetr,84912345679,\r\n')
    )
    assert [list(cells) for _, cells in seen.rows] == [
        ["Jana", "84912345678", 'one\r\ntwo, "three"'],
        ["Petr", "84912345679", ""],
    ]


def test_a_separator_hint_of_a_spreadsheet_is_not_a_heading(lumen: Cast) -> None:
    seen = look_at(upload(lumen, b"sep=;\r\nName;Phone\r\nJana;84912345678\r\n"))
    assert seen.headers == ["Name", "Phone"]
    assert seen.rows[0][0] == 3


@pytest.mark.parametrize("make", [xlsx_bytes, xls_bytes])
def test_numbers_of_a_workbook_lose_no_digit(lumen: Cast, make: object) -> None:
    seen = look_at(upload(lumen, make([HEAD, ["Jana", 84912345678], ["Petr", "0912345678"], ["Eva", 8.5]])))  # type: ignore[operator]
    assert [cells[1] for _, cells in seen.rows] == ["84912345678", "0912345678", "8.5"]


def test_the_name_of_the_file_does_not_decide_what_it_is(lumen: Cast) -> None:
    seen = look_at(upload(lumen, xlsx_bytes([HEAD, NHUNG]), "contacts.csv"))
    assert seen.headers == HEAD


def test_three_hundred_columns_are_read(lumen: Cast) -> None:
    heads = [f"c{n}" for n in range(300)]
    assert len(look_at(upload(lumen, csv_bytes([heads, ["1"] * 300]))).headers) == 300


def test_a_formula_in_a_workbook_is_its_text_only(lumen: Cast) -> None:
    seen = look_at(upload(lumen, xlsx_bytes([HEAD, ['=HYPERLINK("http://evil.example","x")', "84912345678"]])))
    assert "http" not in seen.rows[0][1][0]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", FileProblem.EMPTY),
        (b"\r\n\r\n", FileProblem.EMPTY),
        (b"Name,Phone\r\n", FileProblem.NO_ROWS),
        (b"\xff\xd8\xff\xe0 a photograph", FileProblem.NOT_A_TABLE),
        (b"%PDF-1.7", FileProblem.NOT_A_TABLE),
        (b"Name,Phone\r\n" + b"x" * (1024 * 1024 + 9) + b",1\r\n", FileProblem.CELL_TOO_LONG),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"rubbish" * 90, FileProblem.DAMAGED),
        (",".join(f"c{n}" for n in range(1100)).encode() + b"\n1\n", FileProblem.TOO_MANY_COLUMNS),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(lumen: Cast, content: bytes, problem: FileProblem) -> None:
    assert refused(lumen, content) is problem


def test_an_empty_workbook_and_one_with_a_heading_only_are_refused(lumen: Cast) -> None:
    assert refused(lumen, xlsx_bytes([])) is FileProblem.EMPTY
    assert refused(lumen, xlsx_bytes([HEAD])) is FileProblem.NO_ROWS


def test_a_damaged_workbook_is_refused(lumen: Cast) -> None:
    whole = xlsx_bytes([HEAD, NHUNG])
    assert refused(lumen, whole[: len(whole) // 2]) is FileProblem.DAMAGED
    broken = with_part(whole, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c")
    assert refused(lumen, broken) is FileProblem.DAMAGED


def test_an_archive_that_is_no_workbook_is_refused(lumen: Cast) -> None:
    import io
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert refused(lumen, file.getvalue()) is FileProblem.NOT_A_TABLE


def test_a_bomb_is_refused_before_it_unpacks(lumen: Cast) -> None:
    bomb = with_part(xlsx_bytes([HEAD, NHUNG]), "xl/worksheets/sheet1.xml", b"0" * (60 * 1024 * 1024))
    assert len(bomb) < 200_000
    assert refused(lumen, bomb) is FileProblem.BOMB


def test_a_workbook_of_very_many_parts_is_refused(lumen: Cast) -> None:
    import io
    import zipfile

    file = io.BytesIO(xlsx_bytes([HEAD, NHUNG]))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(2001):
            archive.writestr(f"xl/media/{number}", "")
    assert refused(lumen, file.getvalue()) is FileProblem.BOMB


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_in_a_workbook_are_refused(lumen: Cast, encoding: str) -> None:
    laugh = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    evil = with_part(xlsx_bytes([HEAD, NHUNG]), "xl/worksheets/sheet1.xml", laugh.encode(encoding))
    assert refused(lumen, evil) is FileProblem.ENTITY


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(lumen: Cast, files: Path) -> None:
    with pytest.raises(BadFile) as bad:
        upload_import(actor=actor(lumen.carol), file_name="x", chunks=[b"a,b\n"] * 9, now=NOW, max_bytes=20)
    assert bad.value.problem is FileProblem.TOO_BIG
    assert not [file for file in files.rglob("*") if file.is_file()]


def test_the_path_of_an_upload_holds_nothing_of_the_users(lumen: Cast, files: Path) -> None:
    imported = upload(lumen, csv_bytes([HEAD, NHUNG]), "../../etc/passwd\x00.csv")
    assert file_of(imported).resolve().is_relative_to(files)
    assert "passwd" not in imported.path
