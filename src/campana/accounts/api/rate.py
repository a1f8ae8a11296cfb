"""A token bucket per API key, in PostgreSQL so that all workers share it.

The table is unlogged: a crash fills the buckets, and a commit need not wait for the disk.
"""

from __future__ import annotations

import math
from datetime import datetime

from django.conf import settings
from django.db import connection

from campana.accounts.api.problems import TooManyRequests
from campana.kernel.clock import Instant

_TAKE = """
INSERT INTO accounts_ratebucket AS bucket (api_key_id, tokens, at) VALUES (%(key)s, %(burst)s - 1, %(now)s)
ON CONFLICT (api_key_id) DO UPDATE SET
  tokens = least(%(burst)s, bucket.tokens
    + %(rate)s * greatest(0, extract(epoch FROM excluded.at - bucket.at))::float8) - 1,
  at = greatest(bucket.at, excluded.at)
WHERE least(%(burst)s, bucket.tokens
    + %(rate)s * greatest(0, extract(epoch FROM excluded.at - bucket.at))::float8) >= 1
RETURNING tokens
"""
_LEFT = """
SELECT tokens + %(rate)s * greatest(0, extract(epoch FROM %(now)s - at))::float8
FROM accounts_ratebucket WHERE api_key_id = %(key)s
"""


def take_token(api_key_id: int, now: Instant) -> None:
    """One request of this key. Raises TooManyRequests with the seconds to wait."""
    rate, burst = float(settings.API_RATE), float(settings.API_BURST)
    values: dict[str, int | float | datetime] = {"key": api_key_id, "rate": rate, "burst": burst, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        if cursor.fetchone() is not None:
            return
        cursor.execute(_LEFT, values)
        row = cursor.fetchone()
    missing = 1 - (row[0] if row else 0)
    raise TooManyRequests(wait=max(1, math.ceil(missing / rate)))
