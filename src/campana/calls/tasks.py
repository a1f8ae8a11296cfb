"""Background jobs of calls."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from campana.calls.operations.find_recordings import find_recordings
from campana.calls.operations.fold_tallies import fold_tallies
from campana.calls.operations.forget_recordings import forget_recordings
from campana.calls.operations.keep_months import keep_months
from campana.kernel.clock import utc_now
from campana.months import make_coming
from campana.tenancy import system_scope


@app.periodic(cron="* * * * *")
@app.task(name="calls.fold_tallies", queue="calls", queueing_lock="fold-tallies", pass_context=False)
def fold(timestamp: int) -> None:
    """Every minute: the tallies of attempts and tasks."""
    with system_scope():
        fold_tallies(now=utc_now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="calls.find_recordings", queue="housekeeping", queueing_lock="find-recordings", pass_context=False)
def find(timestamp: int) -> None:
    """Every ten minutes: recordings whose end nobody heard."""
    with system_scope():
        find_recordings(now=utc_now())


@app.periodic(cron="41 2 * * *")
@app.task(name="calls.forget_recordings", queue="housekeeping", queueing_lock="forget-recordings", pass_context=False)
def forget(timestamp: int) -> None:
    """Every night: recordings that are older than their organisation keeps them."""
    with system_scope():
        forget_recordings(now=utc_now())


@app.periodic(cron="11 1 * * *")
@app.task(name="calls.months", queue="housekeeping", queueing_lock="months", pass_context=False)
def months(timestamp: int) -> None:
    """Every night: parts for the coming months, and those go whose time of keeping is over."""
    make_coming(utc_now())
    keep_months(months=settings.KEEP_MONTHS, now=utc_now())
