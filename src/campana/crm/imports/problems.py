"""Why a file as a whole, or one row of it, is not imported."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campana.crm.numbers import NumberProblem
from campana.kernel.refusals import Invalid


class BadFile(Invalid):
    """The file can not be read at all; ``reason`` is a ``FileProblem``."""

    code = "bad_file"
    detail = "The file can not be imported: {reason}."

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(field="file", reason=problem.value)
        self.problem = problem


class FileProblem(StrEnum):
    EMPTY = "file_empty"
    NO_ROWS = "file_without_rows"
    TOO_BIG = "file_too_big"
    TOO_MANY_COLUMNS = "file_with_too_many_columns"
    DAMAGED = "file_damaged"
    PROTECTED = "file_protected"
    BOMB = "file_unpacks_too_big"
    ENTITY = "file_with_xml_entities"
    NOT_A_TABLE = "file_not_a_table"
    ENCODING = "file_encoding"
    CELL_TOO_LONG = "file_cell_too_long"
    GONE = "file_gone"


class RunProblem(StrEnum):
    """What made an import fail though its file can be read."""

    BROKE = "import_broke"


class RowProblem(StrEnum):
    DUPLICATE_IN_FILE = "duplicate_in_file"
    DUPLICATE = "duplicate"
    SUPPRESSED = "suppressed"
    OVER_LIMIT = "over_limit"
    REQUIRED = "required"
    TOO_LONG = "too_long"
    BAD_EMAIL = "bad_email"
    BAD_ZONE = "bad_time_zone"
    BAD_DATE = "bad_date"
    BAD_MOMENT = "bad_moment"
    BAD_NUMBER = "bad_number"
    BAD_CHOICE = "bad_choice"
    BAD_YES_NO = "bad_yes_no"
    BAD_PRIORITY = "bad_priority"
    UNKNOWN_OWNER = "unknown_owner"
    UNKNOWN_AGENT = "unknown_agent"
    UNKNOWN_REASON = "unknown_reason"
    ENDED = "ended"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One line of the error file."""

    row: int
    column: str
    value: str
    reason: str
    """A NumberProblem or RowProblem."""


WORDS: dict[str, str] = {
    FileProblem.EMPTY: gettext_noop("The file is empty."),
    FileProblem.NO_ROWS: gettext_noop("The file has a heading but no rows."),
    FileProblem.TOO_BIG: gettext_noop("The file is bigger than allowed. Split it and import the parts."),
    FileProblem.TOO_MANY_COLUMNS: gettext_noop("The file has too many columns."),
    FileProblem.DAMAGED: gettext_noop("The file is damaged. Open it in a spreadsheet program and save it again."),
    FileProblem.PROTECTED: gettext_noop("The file is protected by a password. Save it without one."),
    FileProblem.BOMB: gettext_noop("The file unpacks to more than any honest table does, so it was not opened."),
    FileProblem.ENTITY: gettext_noop("The file contains XML entities, which no spreadsheet program writes."),
    FileProblem.NOT_A_TABLE: gettext_noop("This is not a table: .xlsx, .xls and .csv are read."),
    FileProblem.ENCODING: gettext_noop("The file is not in the encoding chosen. Choose another one."),
    FileProblem.CELL_TOO_LONG: gettext_noop("A cell is longer than a megabyte; a quote is probably missing."),
    FileProblem.GONE: gettext_noop("The uploaded file is no longer there. Upload it again."),
    RunProblem.BROKE: gettext_noop(
        "It broke off again and again, for a reason in the log of the background jobs. What was imported stays."
    ),
    RowProblem.DUPLICATE_IN_FILE: gettext_noop("The same number stands in an earlier row; the first row was kept."),
    RowProblem.DUPLICATE: gettext_noop("Already in the directory; left as it is."),
    RowProblem.SUPPRESSED: gettext_noop("The number is on the do-not-call list; it will not be called."),
    RowProblem.OVER_LIMIT: gettext_noop("Over the limit; the row was not imported."),
    RowProblem.REQUIRED: gettext_noop("A required value is missing."),
    RowProblem.TOO_LONG: gettext_noop("The value is too long."),
    RowProblem.BAD_EMAIL: gettext_noop("This is not an e-mail address."),
    RowProblem.BAD_ZONE: gettext_noop("This is not a time zone such as Europe/Prague."),
    RowProblem.BAD_DATE: gettext_noop("This is not a date such as 2030-01-31 or 31.1.2030."),
    RowProblem.BAD_MOMENT: gettext_noop("This is not a date and time such as 2030-01-31 09:00."),
    RowProblem.BAD_NUMBER: gettext_noop("This is not a number."),
    RowProblem.BAD_CHOICE: gettext_noop("This is not one of the choices of the field."),
    RowProblem.BAD_YES_NO: gettext_noop("This is neither yes nor no."),
    RowProblem.BAD_PRIORITY: gettext_noop("A priority is a whole number from 1 to 99."),
    RowProblem.UNKNOWN_OWNER: gettext_noop("No person of this organisation has that name or e-mail address."),
    RowProblem.UNKNOWN_AGENT: gettext_noop("No agent of this organisation has that name or e-mail address."),
    RowProblem.UNKNOWN_REASON: gettext_noop(
        "This is no reason. Write one of: asked not to be called, complaint, on a public register, other reason."
    ),
    RowProblem.ENDED: gettext_noop("The end is past, so the row has no effect."),
    RowProblem.LISTED: gettext_noop("On the do-not-call list already, at least as long."),
    NumberProblem.EMPTY: gettext_noop("There is no telephone number."),
    NumberProblem.SPREADSHEET_DAMAGE: gettext_noop(
        "A spreadsheet program damaged the number. Format the column as text and type it again."
    ),
    NumberProblem.NOT_A_NUMBER: gettext_noop("There are other characters than digits in the number."),
    NumberProblem.NO_COUNTRY_CODE: gettext_noop("The number has no country code."),
    NumberProblem.UNKNOWN_COUNTRY: gettext_noop("No country has this code."),
    NumberProblem.TOO_SHORT: gettext_noop("The number is too short."),
    NumberProblem.TOO_LONG: gettext_noop("The number is too long."),
    NumberProblem.IMPOSSIBLE: gettext_noop("No such number can exist."),
    NumberProblem.EMERGENCY: gettext_noop("Emergency numbers are never called."),
    NumberProblem.SHORT: gettext_noop("Short numbers are never called."),
    NumberProblem.PREMIUM: gettext_noop("Premium-rate numbers are never called."),
}


def words(code: str) -> str:
    """A problem in the reader's language."""
    return _(WORDS[code]) if code in WORDS else code
