"""Jobs: running imports, and taking up those whose worker died."""

from __future__ import annotations

from procrastinate.contrib.django import app

from campana.crm.imports.run import Busy, run_import
from campana.crm.models import ContactImport
from campana.crm.operations.imports import QUEUE, RUN_IMPORT, enqueue
from campana.kernel.clock import utc_now
from campana.tenancy import organisation_scope

AFTER_OTHERS = 3
"""Seconds until an import looks again whether the one before it has ended."""


@app.task(name=RUN_IMPORT, queue=QUEUE, retry=3)
def run(organisation_id: int, import_id: int) -> None:
    """Begin or resume. Begun twice, the second run waits for the first and then finds nothing to do."""
    with organisation_scope(organisation_id):
        try:
            run_import(import_id=import_id, now=utc_now())
        except Busy:
            enqueue(ContactImport.objects.get(pk=import_id), seconds=AFTER_OTHERS)
        except ContactImport.DoesNotExist:
            return
