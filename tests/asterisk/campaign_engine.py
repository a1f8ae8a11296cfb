"""An engine process for the tests that kill it: one organisation's loop over a real Asterisk.

usage: campaign_engine.py ORGANISATION URL USER APP ORIGIN; the test's day began at ORIGIN of the monotonic clock.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime, timedelta

import django


def main() -> None:
    django.setup()
    from campana.runtime.loop import Loop
    from campana.telephony.asterisk import AsteriskSwitch
    from support.cast import NOW

    organisation, url, user, app, origin = sys.argv[1:6]

    def clock() -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - float(origin))

    def switch(organisation_id: int) -> AsteriskSwitch:
        return AsteriskSwitch(url, user, os.environ["CAMPANA_ARI_PASSWORD"], app)

    loop = Loop(int(organisation), switch, clock)
    loop.start()
    loop.thread.join()


if __name__ == "__main__":
    main()
