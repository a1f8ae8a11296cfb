"""What the law of the organisation's country asks, beside what is set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campana.accounts.law import Pack, pack_of, words
from campana.accounts.law.compare import Stricter, stricter
from campana.accounts.models import Organisation
from campana.accounts.queries.calling_hours import hours_of_every_call
from campana.kernel.windows import Period

KEPT, LOOSER = "kept", "looser"


@dataclass(frozen=True, slots=True)
class Rule:
    """``standing`` is blank where campaigns say for themselves."""

    word: str
    asks: str
    source: str
    now: str
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    country: str
    rules: list[Rule]
    duties: list[tuple[str, str]]
    """Sentence and source."""
    stricter: Stricter


def asked_of(organisation: Organisation) -> Asked | None:
    """None where there is no pack for the country."""
    pack = pack_of(organisation.default_country)
    if pack is None:
        return None
    hours = hours_of_every_call(organisation)
    lacks = stricter(pack, cap=organisation.frequency_cap, hours=hours)
    rules = [*_of_campaigns(pack), *_of_all(pack, organisation.frequency_cap, hours, lacks)]
    duties = [(words.duty_words(task), task.source) for task in pack.duties]
    return Asked(words.country_name(pack.country), rules, duties, lacks)


def _of_campaigns(pack: Pack) -> Iterator[Rule]:
    each = _("each campaign says")
    share, window = pack.most_abandoned, pack.window
    asks = [words.limit_words(share.value)] if share else []
    asks += [str(words.WINDOWS[window.value])] if window else []
    if asks:
        sources = dict.fromkeys(fact.source for fact in (share, window) if fact)
        yield Rule(_("Abandoned calls"), ", ".join(asks), "; ".join(sources), each)
    if governed := pack.governed:
        yield Rule(_("What counts"), str(words.COUNTS[governed.value]), governed.source, each)
    if message := pack.message:
        yield Rule(_("Message when no agent came"), words.message_words(), message.source, each)
    if ring := pack.ring:
        yield Rule(_("Wait for an answer"), words.seconds_words(ring.value), ring.source, each)


def _of_all(pack: Pack, cap: int, hours: tuple[Period, ...], lacks: Stricter) -> Iterator[Rule]:
    if rest := pack.rest_after:
        yield Rule(_("After an abandoned call"), words.rest_words(rest.value), rest.source, _("always so"), KEPT)
    if calls := pack.calls_a_day:
        standing = KEPT if lacks.cap is None else LOOSER
        yield Rule(_("Calls to one number"), words.cap_words(calls.value), calls.source, words.cap_words(cap), standing)
    if law := pack.hours:
        standing = KEPT if lacks.hours is None else LOOSER
        asks, now = words.hours_words(law.value), words.hours_words(hours)
        yield Rule(_("Hours of calls by hand"), asks, law.source, now, standing)
