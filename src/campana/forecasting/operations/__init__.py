"""Asking for a forecast, working it out, writing down what came of it."""

from campana.forecasting.operations.ask_forecast import ask_forecast
from campana.forecasting.operations.note_endings import forget_questions, note_endings
from campana.forecasting.operations.work_out import work_out

__all__ = ["ask_forecast", "forget_questions", "note_endings", "work_out"]
