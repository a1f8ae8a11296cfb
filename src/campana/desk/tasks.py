"""Jobs: taking away the SIP accounts of desks that are closed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from campana.desk import operations
from campana.kernel.clock import utc_now
from campana.tenancy import system_scope


@app.periodic(cron="* * * * *")
@app.task(name="campana.desk.close_accounts", queue="sweep", queueing_lock="desk-accounts")
def close_accounts(timestamp: int) -> None:
    with system_scope():
        operations.close_accounts(now=utc_now())
