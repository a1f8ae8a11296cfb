"""Background jobs of calls."""

from __future__ import annotations

from procrastinate.contrib.django import app

from campana.calls.operations.fold_tallies import fold_tallies
from campana.kernel.clock import utc_now
from campana.tenancy import system_scope


@app.periodic(cron="* * * * *")
@app.task(name="calls.fold_tallies", queue="calls", queueing_lock="fold-tallies", pass_context=False)
def fold(timestamp: int) -> None:
    """Every minute: the tallies of attempts and tasks."""
    with system_scope():
        fold_tallies(now=utc_now())
