"""What each source of a draft brings: who is new, and who is left out for what. Counted, never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from campana.campaigns.models import Campaign
from campana.campaigns.queries.judged import JUDGED_BY_SOURCE, Judged, asked
from campana.kernel.clock import Instant


@dataclass(slots=True)
class Brought:
    given: int = 0
    callable: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    """RefusalCode to contacts."""
    over_limit: int = 0
    waiting: bool = False
    """A file that is still being read: nothing of it is counted yet."""

    @property
    def duplicates(self) -> int:
        return self.given - self.callable - sum(self.skipped.values()) - self.over_limit

    @property
    def suppressed(self) -> int:
        return self.skipped.get("suppressed", 0) + self.skipped.get("do_not_call_again", 0)

    @property
    def invalid(self) -> int:
        return self.skipped.get("invalid_number", 0) + self.skipped.get("blocked_number", 0)


def brought(told: Judged) -> list[Brought]:
    """One for each source, in their order."""
    found = [Brought(waiting=waits) for waits in told.waiting]
    for one, given in zip(found, told.given, strict=False):
        one.given = given
    for place, refusal, _zone, within, beyond in told.rows:
        found[place].over_limit += beyond
        if refusal:
            found[place].skipped[refusal] = found[place].skipped.get(refusal, 0) + within
        else:
            found[place].callable += within
    return found


def skipped_rows(campaign: Campaign, now: Instant) -> Iterator[tuple[int, str, str, str]]:
    """Contact, name, number and why it is left out: a RefusalCode, ``duplicate`` or ``over_limit``; by contact."""
    question = asked(campaign, now)
    if question.union:
        yield from question.rows(_SKIPPED)


_SKIPPED: Final = """__JUDGED__,
told AS (
    SELECT p.contact_id, coalesce(nullif(j.number, ''), k.number, '') AS number,
           CASE WHEN j.contact_id IS NULL THEN 'duplicate' WHEN j.refusal <> '' THEN j.refusal
                WHEN j.place > g.room THEN 'over_limit' ELSE '' END AS why
    FROM picked p CROSS JOIN given g
    LEFT JOIN judged j ON j.contact_id = p.contact_id
    LEFT JOIN candidate k ON k.contact_id = p.contact_id
)
SELECT t.contact_id, c.name, t.number, t.why FROM told t JOIN crm_contact c ON c.id = t.contact_id
WHERE t.why <> '' ORDER BY t.why, t.contact_id
""".replace("__JUDGED__", JUDGED_BY_SOURCE)
