"""Background jobs of exports."""

from __future__ import annotations

from procrastinate.contrib.django import app

from campana.kernel.clock import utc_now
from campana.reporting.operations.ask_export import QUEUE, RUN_EXPORT
from campana.reporting.operations.forget_exports import forget_exports
from campana.reporting.operations.run_export import run_export
from campana.tenancy import organisation_scope, system_scope


@app.task(name=RUN_EXPORT, queue=QUEUE)
def run(organisation_id: int, export_id: int) -> None:
    """One export of an organisation at a time (the job's lock)."""
    with organisation_scope(organisation_id):
        run_export(export_id=export_id, clock=utc_now)


@app.periodic(cron="23 * * * *")
@app.task(name="reporting.forget_exports", queue=QUEUE, queueing_lock="forget-exports")
def forget(timestamp: int) -> None:
    """Every hour: files whose time is over."""
    with system_scope():
        forget_exports(now=utc_now())
