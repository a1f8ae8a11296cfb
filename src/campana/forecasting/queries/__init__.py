"""Reading what a forecast needs, and the forecasts that were made."""

from campana.forecasting.queries.evidence import evidence_of
from campana.forecasting.queries.forecasts import ENOUGH, FRESH, Record, answered_before, latest, record_of
from campana.forecasting.queries.plans import NoHotline, NothingLeft, plan_of

__all__ = [
    "ENOUGH",
    "FRESH",
    "NoHotline",
    "NothingLeft",
    "Record",
    "answered_before",
    "evidence_of",
    "latest",
    "plan_of",
    "record_of",
]
