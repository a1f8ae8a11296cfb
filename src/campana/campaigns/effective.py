"""Every setting of a campaign as it will be used, with where it comes from (CAM-178)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from campana.accounts.law import pack_of
from campana.accounts.law.words import COUNTS, WINDOWS, limit_words
from campana.campaigns.lawful import defaults
from campana.campaigns.models import Campaign
from campana.campaigns.queries.chosen import chosen_of
from campana.campaigns.words import EVENTS, plan_words, retry_word
from campana.engine.words import DETECTING_MODES, BudgetWindow, DialMode, Governed, PaceStart, PacingMethod
from campana.ui.moments import phone, span
from campana.ui.week import typed_days
from campana.ui.words import said

HERE, ORGANISATION, LAW, DEFAULT = "here", "organisation", "law", "default"
ORIGINS: Final = {
    HERE: gettext_lazy("set here"),
    ORGANISATION: gettext_lazy("your organisation"),
    LAW: gettext_lazy("the law of your country"),
    DEFAULT: gettext_lazy("as usual"),
}


@dataclass(frozen=True, slots=True)
class Effective:
    step: str
    word: str
    value: str
    origin: str

    @property
    def origin_word(self) -> str:
        return str(ORIGINS[self.origin])


def is_changed(campaign: Campaign, name: str) -> bool:
    """Whether a plain setting differs from what a new campaign has."""
    fields = {field.name: field for field in Campaign._meta.concrete_fields}
    return name in fields and not fields[name].is_relation and getattr(campaign, name) != fields[name].get_default()


def _origin(campaign: Campaign, *names: str) -> str:
    """A value that differs from the usual one is the law's where it is just what the country's pack asks."""
    changed = [name for name in names if is_changed(campaign, name)]
    if not changed:
        return DEFAULT
    pack = pack_of(campaign.organisation.default_country)
    asked = defaults(pack) if pack else {}
    return LAW if all(name in asked and getattr(campaign, name) == asked[name] for name in changed) else HERE


def _span(seconds: float) -> str:
    return span(int(seconds), get_language() or "en")


def _figure(value: float) -> str:
    """As the reader's language writes it."""
    return str(number_format(f"{value:.3g}"))


def effective(campaign: Campaign) -> list[Effective]:
    def of(step: str, word: str, value: str, *names: str, origin: str = "") -> Effective:
        changed = any(is_changed(campaign, name) for name in names)
        return Effective(step, word, value, origin or (HERE if changed else DEFAULT))

    yes_no = {True: _("yes"), False: _("no")}
    return [
        of("mode", _("Mode"), said("mode", campaign.mode)[1], origin=HERE),
        of("general", _("Begins"), _begins(campaign), "start_kind"),
        of("general", _("Goal"), _goal(campaign), "goal"),
        of("general", _("Priority"), str(campaign.priority or _("none, after all that have one")), "priority"),
        _most_calls(campaign),
        of("general", _("Recording"), yes_no[campaign.recording], "recording"),
        _script(campaign),
        _results(campaign),
        of("results", _("Result needed"), yes_no[campaign.result_required], "result_required"),
        of("results", _("Wrap-up"), _wrap_up(campaign), "wrap_up", "ready_early", "extend_once"),
        of("results", _("Browsers answer by themselves"), yes_no[campaign.auto_answer], "auto_answer"),
        of("agents", _("Agents"), _agents(campaign), origin=HERE),
        of("agents", _("Without an agent"), _no_agent(campaign), "only_with_agent", "no_agent_grace"),
        _hours(campaign),
        of("hours", _("Whose clock?"), _clock(campaign), "local_time"),
        of("hours", _("Holidays"), _("no calls") if campaign.holidays else _("like other days"), "holidays"),
        of("calls", _("Caller ID"), _numbers(campaign), origin=HERE),
        of("calls", _("Wait for an answer"), _span(campaign.answer_wait), "answer_wait"),
        *_of_mode(campaign),
        *_detection(campaign),
        of("calls", _("Ring an agent"), _span(campaign.agent_ring), "agent_ring"),
        of("calls", _("Customer waits at most"), _span(campaign.max_wait), "max_wait"),
        of("calls", _("Music while a customer waits"), str(campaign.hold_music or _("the switch’s own")), "hold_music"),
        of(
            "calls",
            _("Message when no agent came"),
            str(campaign.abandoned_message or _("the call just ends")),
            "abandoned_message",
        ),
        of("calls", _("Numbers of a contact"), _several(campaign), "several_numbers"),
        of("retries", _("Attempts"), _attempts(campaign), "max_attempts", "gap"),
        *_events(campaign),
        _days(campaign),
    ]


def _begins(campaign: Campaign) -> str:
    if campaign.start_kind == "manual":
        return _("when somebody presses Start, not before its start time")
    return _("by itself at its start time")


def _goal(campaign: Campaign) -> str:
    return _("Exhaust contacts") if campaign.goal == "exhaust" else _("None, endless")


def _most_calls(campaign: Campaign) -> Effective:
    if campaign.max_calls is not None:
        return Effective("general", _("Most calls at once"), str(campaign.max_calls), HERE)
    most = _("as many as the plan: %(n)s") % {"n": campaign.organisation.licence_calls}
    return Effective("general", _("Most calls at once"), most, ORGANISATION)


def _results(campaign: Campaign) -> Effective:
    chosen = campaign.result_set
    if chosen is None or chosen.is_default:
        return Effective("results", _("Results"), chosen.name if chosen else _("the default set"), ORGANISATION)
    return Effective("results", _("Results"), chosen.name, HERE)


def _script(campaign: Campaign) -> Effective:
    if not campaign.show_script:
        return Effective("results", _("Script"), _("not shown to agents"), HERE)
    others = len(chosen_of(campaign)["other_scripts"])
    name = campaign.script.name if campaign.script is not None else _("the default one")
    if others:
        of = ngettext("%(n)d agent or group has another one", "%(n)d agents or groups have another one", others)
        name = f"{name}; {of % {'n': others}}"
    return Effective("results", _("Script"), name, HERE if campaign.script is not None or others else ORGANISATION)


def _wrap_up(campaign: Campaign) -> str:
    parts = [_span(campaign.wrap_up)]
    if campaign.ready_early:
        parts.append(_("may be ended early"))
    if campaign.extend_once:
        parts.append(_("may be extended once"))
    return ", ".join(parts)


def _agents(campaign: Campaign) -> str:
    names = [*campaign.groups.order_by("name").values_list("name", flat=True)]
    names += campaign.agents.order_by("user__name").values_list("user__name", flat=True)
    return ", ".join(names) or "–"


def _no_agent(campaign: Campaign) -> str:
    if not campaign.only_with_agent:
        return _("it runs on and waits")
    return _("it pauses after %(time)s") % {"time": _span(campaign.no_agent_grace)}


def _hours(campaign: Campaign) -> Effective:
    profile = f"{campaign.working_hours.name}; " if campaign.working_hours else ""
    if campaign.hours:
        lines = "; ".join(f"{name} {line}" for name, line in typed_days(campaign.hours))
        return Effective("hours", _("Hours"), profile + lines, HERE)
    return Effective("hours", _("Hours"), profile + _("all hours"), HERE if profile else DEFAULT)


def _clock(campaign: Campaign) -> str:
    words = {"callee": _("the contact’s"), "both": _("the contact’s and the organisation’s")}
    return words.get(campaign.local_time, _("the organisation’s"))


def _numbers(campaign: Campaign) -> str:
    if campaign.caller_id == "random_all":
        return _("all hotlines at random")
    lines = {line.pk: phone(line.number) for line in campaign.hotlines.all()}
    numbers = ", ".join(lines[pk] for pk in chosen_of(campaign)["hotlines"])
    return _("%(numbers)s at random") % {"numbers": numbers} if campaign.caller_id != "single" else numbers or "–"


def _predictive(campaign: Campaign) -> list[Effective]:
    def of(word: str, value: str, *names: str) -> Effective:
        return Effective("calls", word, value, _origin(campaign, *names))

    return [
        of(_("Pace"), _pacing(campaign), "pacing", "pickup_rate", "pace_start", "coefficient"),
        of(
            _("Abandoned calls"),
            f"{limit_words(campaign.max_abandon)}, {WINDOWS[BudgetWindow(campaign.budget_window)]}",
            "max_abandon",
            "budget_window",
        ),
        of(_("What counts"), str(COUNTS[Governed(campaign.governed)]), "governed"),
        of(
            _("Not counted"),
            _("who hangs up within %(time)s") % {"time": _span(campaign.short_hang_up)},
            "short_hang_up",
        ),
    ]


def _pacing(campaign: Campaign) -> str:
    if campaign.pacing == PacingMethod.PICKUP_RATE:
        return _("by the share that answers, %(rate)s of 100") % {"rate": campaign.pickup_rate}
    if campaign.pacing == PacingMethod.COEFFICIENT:
        return _("%(n)s calls for each free agent") % {"n": _figure(campaign.coefficient)}
    return _("adaptive, careful start") if campaign.pace_start == PaceStart.CAREFUL else _("adaptive, fast start")


def _of_mode(campaign: Campaign) -> list[Effective]:
    if campaign.mode == DialMode.PREDICTIVE:
        return _predictive(campaign)
    if campaign.mode == DialMode.PROGRESSIVE:
        origin = HERE if is_changed(campaign, "coefficient") else DEFAULT
        return [Effective("calls", _("Calls for each free agent"), _figure(campaign.coefficient), origin)]
    begins = _("from acceptance") if campaign.preview_start == "accepted" else _("from being shown")
    changed = is_changed(campaign, "preview_time") or is_changed(campaign, "preview_start")
    value = f"{_span(campaign.preview_time)}, {begins}"
    return [Effective("calls", _("Preview"), value, HERE if changed else DEFAULT)]


def _detection(campaign: Campaign) -> list[Effective]:
    if campaign.mode not in DETECTING_MODES:
        return []
    word = _("Answering machines")
    if campaign.detect_machines and not campaign.organisation.machine_detection:
        return [Effective("calls", word, _("not detected, switched off for all campaigns"), ORGANISATION)]
    if not campaign.detect_machines:
        return [Effective("calls", word, _("not detected"), DEFAULT)]
    value = _("detected within %(n)s seconds, no agent rings") % {"n": _figure(campaign.detection_time)}
    share = _("%(share)s of 100, they count as abandoned") % {"share": _figure(campaign.false_machines * 100)}
    origin = HERE if is_changed(campaign, "false_machines") else DEFAULT
    return [
        Effective("calls", word, value, HERE),
        Effective("calls", _("People among calls taken for machines"), share, origin),
    ]


def _several(campaign: Campaign) -> str:
    return _("up to five, one after another") if campaign.several_numbers else _("the main number only")


def _attempts(campaign: Campaign) -> str:
    return plan_words(campaign.max_attempts, campaign.gap)


def _events(campaign: Campaign) -> list[Effective]:
    told = []
    for event, _word in EVENTS:
        if plan := campaign.retries.get(event):
            value = plan_words(plan["attempts"], plan["wait"])
            told.append(Effective("retries", retry_word(event), value, HERE))
    return told


def _days(campaign: Campaign) -> Effective:
    own = campaign.do_not_call_again_days
    days = campaign.organisation.do_not_call_again_days if own is None else own
    value = ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else _("for the present task only")
    return Effective("retries", _("Do not call again holds"), value, ORGANISATION if own is None else HERE)
