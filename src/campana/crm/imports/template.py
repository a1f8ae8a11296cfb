"""The workbook people fill in: all cells text, headings in the reader's language, an example, notes (CAM-218)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from campana.crm.imports.columns import LABELS, TEMPLATE_TARGETS
from campana.crm.imports.do_not_call import LABELS as LIST_LABELS
from campana.crm.imports.do_not_call import REASONS
from campana.crm.models import CustomField

_EXAMPLE = {
    "name": "Nguyễn Thị Hồng Nhung",
    "phone": "84912345678",
    "email": "nhung@example.org",
    "company": "Quán Sen",
    "position": "",
    "time_zone": "Asia/Ho_Chi_Minh",
    "priority": "5",
}
_EXAMPLES = {"number": "120", "date": "2030-01-31", "phone": "84912345679", "email": "a@example.org", "yes_no": "yes"}


def template(fields: Iterable[CustomField]) -> bytes:
    """An .xlsx for contacts in the active language."""
    fields = list(fields)
    heads = [_(LABELS[target]) for target in TEMPLATE_TARGETS] + [field.label for field in fields]
    example = [_EXAMPLE.get(target, "") for target in TEMPLATE_TARGETS] + [_example(field) for field in fields]
    return _book(_("Contacts"), heads, example, _notes())


def list_template() -> bytes:
    """An .xlsx for a do-not-call list in the active language."""
    heads = [_(label) for label in LIST_LABELS.values()]
    example = ["84912345678", _(REASONS["register"]), "2031-12-31", ""]
    reasons = ", ".join(_(word) for word in REASONS.values())
    notes = [
        _("Phone is required and has the country code, such as 84912345678."),
        _("Reason is one of: %(reasons)s. An empty cell takes the one chosen on the page.") % {"reasons": reasons},
        _("Until is a date such as 2031-12-31 or 31.12.2031. An empty cell means for good."),
        _("All cells are text. Leave them so: a number format drops digits and leading zeros."),
        _("Row 2 is an example. Overwrite it."),
    ]
    return _book(_("Do not call"), heads, example, notes)


def _book(title: str, heads: Sequence[str], example: Sequence[str], lines: Sequence[str]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title[:31]
    for column, (head, value) in enumerate(zip(heads, example, strict=True), 1):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].number_format = "@"
        sheet.column_dimensions[letter].width = max(14, len(head) + 3)
        for row, text in ((1, head), (2, value)):
            cell = sheet.cell(row, column)
            cell.value, cell.number_format, cell.data_type = text, "@", "s"
        sheet.cell(1, column).font = Font(bold=True)
    sheet.freeze_panes = "A2"
    notes = book.create_sheet(_("Notes")[:31])
    notes.column_dimensions["A"].width = 100
    for row, text in enumerate(lines, 1):
        notes.cell(row, 1).value = text
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _example(field: CustomField) -> str:
    return field.choices[0] if field.type == CustomField.Type.LIST and field.choices else _EXAMPLES.get(field.type, "")


def _notes() -> list[str]:
    return [
        _("Phone is required and has the country code, such as 84912345678."),
        _("All cells are text. Leave them so: a number format drops digits and leading zeros."),
        _("Row 2 is an example. Overwrite it."),
        _("Dates are written as 2030-01-31 or 31.1.2030, times as 2030-01-31 09:00."),
        _("Columns you do not need may be deleted; columns of your own can be mapped or become new fields."),
        _("A second row with the same number is not imported: the first row is kept."),
    ]
