"""Law packs in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from campana.accounts.law.packs import Duty, Task
from campana.engine.words import BudgetWindow, Governed
from campana.kernel.windows import Period
from campana.ui.moments import span
from campana.ui.week import typed_days

WINDOWS: Final[Mapping[BudgetWindow, Promise | str]] = {
    BudgetWindow.DAYS_30: gettext_lazy("counted over 30 days"),
    BudgetWindow.HOURS_24: gettext_lazy("counted over 24 hours"),
    BudgetWindow.DAY: gettext_lazy("counted over the day"),
}
COUNTS: Final[Mapping[Governed, Promise | str]] = {
    Governed.ABANDONED: gettext_lazy("answers that no agent took"),
    Governed.LATE: gettext_lazy("answers with no agent within 2 seconds"),
}
_DUTIES: Final[Mapping[Duty, Promise | str]] = {
    Duty.CONSENT: gettext_lazy("Whoever is called with an offer has agreed to it before."),
    Duty.PROOF: gettext_lazy("You can prove who agreed."),
    Duty.RANDOM_NUMBERS: gettext_lazy("That holds for random numbers and firms too; own customers and polls are free."),
    Duty.REGISTER: gettext_lazy("Numbers are compared with the national do-not-call register."),
    Duty.RECORDS: gettext_lazy("Records are kept that show all this."),
    Duty.ARTIFICIAL_VOICES: gettext_lazy("An artificial voice counts as a recorded one."),
    Duty.BRAND: gettext_lazy("Calls show a registered brand name."),
    Duty.NO_SAFE_SHARE: gettext_lazy("No share of abandoned calls is safe: every one may be judged."),
    Duty.NO_AUTOMATIC_ADVERTISING: gettext_lazy("Advertising is not dialled automatically."),
    Duty.MASS_CALLS: gettext_lazy("Mass calls carry a label, and who refused them gets none."),
}


def country_name(code: str) -> str:
    """In the reader's language."""
    language = (get_language() or "en").replace("-", "_")
    return str(Locale.parse(language).territories.get(code, code))


def limit_words(limit: float | None) -> str:
    if limit is None:
        return _("no limit")
    return _("at most %(share)s of 100 answers") % {"share": f"{limit * 100:.3g}"}


def message_words() -> str:
    return _("with your name and number")


def seconds_words(seconds: int) -> str:
    return _("at least %(time)s") % {"time": span(seconds, get_language() or "en")}


def cap_words(calls: int) -> str:
    if not calls:
        return _("no limit")
    text = ngettext("at most %(n)d in 24 hours", "at most %(n)d in 24 hours", calls)
    return text % {"n": calls}


def hours_words(hours: Iterable[Period]) -> str:
    lines = typed_days([period.weekday, period.start, period.end] for period in hours)
    return "; ".join(f"{days} {line}" for days, line in lines) or _("all hours")


def rest_words(hours: int) -> str:
    return _("for %(time)s only with an agent at hand") % {"time": span(hours * 3600, get_language() or "en")}


def duty_words(task: Task) -> str:
    if task.duty is Duty.REGISTER and task.number:
        text = ngettext(
            "Numbers are compared with the national do-not-call register at least every %(n)d day.",
            "Numbers are compared with the national do-not-call register at least every %(n)d days.",
            task.number,
        )
        return text % {"n": task.number}
    if task.duty is Duty.OPT_OUTS:
        text = ngettext(
            "Who asks not to be called is left alone within %(n)d business day.",
            "Who asks not to be called is left alone within %(n)d business days.",
            task.number or 0,
        )
        return text % {"n": task.number or 0}
    return str(_DUTIES[task.duty])
