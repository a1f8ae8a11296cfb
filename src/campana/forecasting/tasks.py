"""Background jobs of forecasts."""

from __future__ import annotations

from procrastinate.contrib.django import app

from campana.forecasting import operations
from campana.forecasting.operations.ask_forecast import QUEUE, WORK_OUT
from campana.kernel.clock import utc_now
from campana.tenancy import organisation_scope, system_scope


@app.task(name=WORK_OUT, queue=QUEUE)
def work_out(organisation_id: int, forecast_id: int) -> None:
    """One forecast of an organisation at a time (the job's lock)."""
    with organisation_scope(organisation_id):
        operations.work_out(forecast_id=forecast_id, clock=utc_now)


@app.periodic(cron="*/10 * * * *")
@app.task(name="forecasting.note_endings", queue=QUEUE, queueing_lock="note-endings")
def note_endings(timestamp: int) -> None:
    """Every ten minutes: what came of forecasts; questions of yesterday go."""
    with system_scope():
        operations.note_endings()
        operations.forget_questions(now=utc_now())
