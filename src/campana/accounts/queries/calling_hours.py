"""The hours that an organisation's own calls keep to."""

from __future__ import annotations

from campana.accounts.models import Organisation
from campana.kernel.windows import Period


def hours_of_every_call(organisation: Organisation) -> tuple[Period, ...]:
    """The organisation's own calling hours, those of calls by hand; none for all hours (``workforce``)."""
    row = organisation.workinghours_set.filter(by_hand=True).first()
    return tuple(Period(*period) for period in row.periods) if row else ()
