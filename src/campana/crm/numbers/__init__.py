"""Reading telephone numbers as people and spreadsheets write them (CRM-005, CAM-211)."""

from campana.crm.numbers.problems import NumberProblem
from campana.crm.numbers.reading import Reader, Reading, read_number

__all__ = ["NumberProblem", "Reader", "Reading", "read_number"]
