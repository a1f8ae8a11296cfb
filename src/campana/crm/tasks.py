"""Jobs: running imports, failing those that broke for good, clearing away files."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from campana.accounts.actors import system_actor
from campana.accounts.models import Organisation
from campana.crm.imports.run import MAX_TRIES, Busy, run_import
from campana.crm.models import ContactImport
from campana.crm.operations import all_matching
from campana.crm.operations.clear_imports import clear_imports, fail_abandoned
from campana.crm.operations.imports import QUEUE, RUN_IMPORT, enqueue
from campana.crm.operations.recycle import empty_bin
from campana.kernel.clock import utc_now
from campana.tenancy import organisation_scope, system_scope

AFTER_OTHERS = 3
"""Seconds until an import looks again whether the one before it has ended."""


@app.periodic(cron="43 2 * * *")
@app.task(name="crm.empty_bins", queue="housekeeping", queueing_lock="crm-empty-bins")
def empty_bins(timestamp: int) -> None:
    """Erase what has lain in the recycle bin for thirty days."""
    now = utc_now()
    for organisation in Organisation.objects.order_by("pk"):
        with organisation_scope(organisation.pk):
            empty_bin(actor=system_actor(organisation), now=now)


@app.task(name=RUN_IMPORT, queue=QUEUE, retry=RetryStrategy(max_attempts=MAX_TRIES - 1, wait=2))
def run(organisation_id: int, import_id: int) -> None:
    """Begin or resume. Begun twice, the second run waits for the first and then finds nothing to do."""
    with organisation_scope(organisation_id):
        try:
            run_import(import_id=import_id, now=utc_now())
        except Busy:
            enqueue(ContactImport.objects.get(pk=import_id), seconds=AFTER_OTHERS)
        except ContactImport.DoesNotExist:
            return


@app.task(name=all_matching.RUN, queue=all_matching.QUEUE, retry=RetryStrategy(max_attempts=3, wait=2))
def run_act(organisation_id: int, act_id: int) -> None:
    """Begin or go on; what was done is not done again."""
    with organisation_scope(organisation_id):
        all_matching.run(act_id=act_id, clock=utc_now)


@app.periodic(cron="* * * * *")
@app.task(name="campana.crm.fail_abandoned", queue=QUEUE, queueing_lock="fail-abandoned-imports")
def look_after(timestamp: int) -> None:
    with system_scope():
        fail_abandoned(now=utc_now())


@app.periodic(cron="41 3 * * *")
@app.task(name="campana.crm.clear_imports", queue="housekeeping", queueing_lock="clear-imports")
def clear(timestamp: int) -> None:
    with system_scope():
        clear_imports(now=utc_now())
