"""What a workbook can not hold is left out of it."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from campana.reporting.files import Xlsx


def test_signs_that_xml_has_not_spoil_no_workbook(tmp_path: Path) -> None:
    file = Xlsx(tmp_path / "x.xlsx", ["Name"])
    file.write([["a\uffff\ufffeb\x01\U0001f600"]])
    file.close()
    assert list(load_workbook(tmp_path / "x.xlsx").worksheets[0].values) == [("Name",), ("ab\U0001f600",)]
