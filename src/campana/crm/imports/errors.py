"""The error file: row number, column, value and reason of everything that was not simply imported."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from campana.crm.imports.problems import ErrorLine, words
from campana.ui.spreadsheets import harmless


def no_errors() -> bytes:
    """The error file of an import that has none: its heading only."""
    return b"\xef\xbb\xbf" + ",".join((_("Row"), _("Column"), _("Value"), _("Reason"))).encode() + b"\r\n"


class ErrorFile:
    """Appends whole batches; ``keep`` bytes of an earlier run are kept, the rest is cut off.

    ``write`` has the lines on disk before it returns, and the caller commits their number of bytes with the
    batch: after a crash the file and the database agree again.
    """

    def __init__(self, path: Path, *, keep: int = 0) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("r+b" if path.exists() else "w+b")
        self._file.truncate(keep)
        self._file.seek(keep)
        self.bytes = keep

    def write(self, lines: Iterable[ErrorLine]) -> int:
        """The length of the file with ``lines`` at its end."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        if self.bytes == 0:
            writer.writerow((_("Row"), _("Column"), _("Value"), _("Reason")))
        said: dict[str, str] = {}
        for line in lines:
            reason = said.get(line.reason) or said.setdefault(line.reason, words(line.reason))
            writer.writerow((line.row, harmless(line.column), harmless(line.value), reason))
        data = text.getvalue().encode("utf-8", "replace")
        if self.bytes == 0:
            data = b"\xef\xbb\xbf" + data
        self._file.write(data)
        self._file.flush()
        os.fsync(self._file.fileno())
        self.bytes += len(data)
        return self.bytes

    def close(self) -> None:
        self._file.close()


def ordered(*parts: Sequence[ErrorLine]) -> list[ErrorLine]:
    """The lines of a batch by row."""
    return sorted((line for part in parts for line in part), key=lambda line: line.row)
