"""The steps of the stepper: label, unit, help and control of every setting (CAM-031, CAM-178)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import lazy
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from campana.campaigns.validation.clean import OFFERED_MODES
from campana.campaigns.web.asks_detection import DETECTION
from campana.campaigns.web.asks_predictive import PREDICTIVE
from campana.campaigns.web.fields import (
    AREA,
    CHOICE,
    MANY,
    MINUTES,
    MOMENT,
    NUMBER,
    ONE,
    PICK,
    TEXT,
    TICK,
    Ask,
    Option,
    Step,
    Words,
)
from campana.engine.words import DialMode
from campana.ui import moments
from campana.ui.words import MODE

_SECONDS, _MINUTES = _("seconds"), _("minutes")


def _told_seconds(n: int) -> str:
    return moments.span(n, get_language() or "en")


_seconds: Final = lazy(_told_seconds, str)
"""The reader's language is not known yet when this module is read."""


_SAYS: Final[Mapping[DialMode, Words]] = {
    DialMode.PROGRESSIVE: _("For each free agent the next contact is dialled; whoever answers is connected at once."),
    DialMode.PREVIEW: _("The agent sees the contact first and has time to prepare; then the contact is dialled."),
    DialMode.MANUAL: _("The agent takes the next contact and dials when he wants."),
    DialMode.PREDICTIVE: _("More contacts are dialled than agents are free, as far as few enough wait in vain."),
    DialMode.SIMULTANEOUS: _("The contact and an agent are rung at the same moment."),
    DialMode.AGENT_FIRST: _("The agent is rung first and hears how the contact is rung."),
    DialMode.AUTOCALL: _("A call flow talks; who presses a key may be connected to an agent."),
    DialMode.NOTIFICATION: _("A message is played to every contact."),
    DialMode.OFFER: _("An offer is played, and a key connects to a group of agents."),
    DialMode.SURVEY: _("Questions are asked and answered by keys."),
    DialMode.AUTO_CALLBACK: _("Callers who were not served are called back by themselves."),
}
_MODES: Final = tuple(
    Option(mode.value, MODE[mode][1], says, "" if mode in OFFERED_MODES else _("not offered yet"))
    for mode, says in sorted(_SAYS.items(), key=lambda item: item[0] not in OFFERED_MODES)
)

STEPS: Final[tuple[Step, ...]] = (
    Step(
        "mode",
        _("Mode"),
        (
            Ask("name", _("Name"), TEXT),
            Ask("mode", _("Dial mode"), CHOICE, _("It can not be changed once the campaign is created."), _MODES),
            Ask("description", _("Description"), AREA, blank=True),
        ),
    ),
    Step(
        "general",
        _("General"),
        (
            Ask(
                "start_at",
                pgettext_lazy("point in time", "Start"),
                MOMENT,
                _("Nothing is dialled before. Empty: at once."),
                blank=True,
            ),
            Ask(
                "end_at",
                pgettext_lazy("point in time", "End"),
                MOMENT,
                _("No new call after it, even if contacts remain."),
                blank=True,
            ),
            Ask(
                "start_kind",
                _("Begins"),
                CHOICE,
                choices=(
                    Option("automatic", _("By itself at the start time")),
                    Option("manual", _("When somebody presses Start")),
                ),
            ),
            Ask(
                "goal",
                _("Goal"),
                CHOICE,
                choices=(
                    Option("exhaust", _("Exhaust contacts"), _("It ends when every contact is done.")),
                    Option("none", _("None, endless"), _("It is endless; contacts may be added at any time.")),
                ),
            ),
            Ask(
                "priority",
                _("Priority"),
                NUMBER,
                _("1 to 99, 1 first. Empty: after all that have one."),
                blank=True,
                more=True,
            ),
            Ask(
                "max_calls",
                _("Most calls at once"),
                NUMBER,
                _("1 to 100. Empty: as many as the plan."),
                blank=True,
                more=True,
            ),
            Ask("recording", _("Record the conversations"), TICK, more=True),
        ),
    ),
    Step("contacts", _("Contacts")),
    Step(
        "results",
        _("Results"),
        (
            Ask("script", _("Script"), ONE, _("What agents say aloud. Empty: the default one."), blank=True),
            Ask("show_script", _("Agents see the script"), TICK),
            Ask("result_set", _("Result set"), ONE, _("What agents may say about a conversation."), blank=True),
            Ask("result_required", _("A result is needed before the next call"), TICK),
            Ask("wrap_up", _("Wrap-up"), NUMBER, _("0 to 3600, for writing after each talk."), unit=_SECONDS),
            Ask("ready_early", _("Agents may end the wrap-up early"), TICK, more=True),
            Ask("extend_once", _("Agents may extend the wrap-up once"), TICK, more=True),
            Ask("auto_answer", _("Agents' browsers answer by themselves"), TICK, more=True),
        ),
        ("other_scripts",),
    ),
    Step(
        "agents",
        _("Agents"),
        (
            Ask("groups", _("Whole groups"), PICK, _("Whoever joins a group later takes part as well.")),
            Ask("agents", _("Single agents"), PICK),
            Ask("only_with_agent", _("Run only while an agent is available"), TICK, more=True),
            Ask(
                "no_agent_grace",
                _("Pause when nobody is available for"),
                NUMBER,
                _("Usually 300."),
                unit=_SECONDS,
                more=True,
            ),
        ),
    ),
    Step(
        "hours",
        _("Hours"),
        (
            Ask(
                "working_hours",
                _("Working-hours profile"),
                ONE,
                _("Calls start only where profile and grid allow it. Empty: the grid alone."),
                blank=True,
            ),
            Ask(
                "local_time",
                _("Whose clock?"),
                CHOICE,
                choices=(
                    Option("off", _("The organisation’s")),
                    Option(
                        "callee",
                        _("The contact’s only"),
                        _("From the contact’s time zone, else the number’s, else the organisation’s."),
                    ),
                    Option("both", _("Both: the contact’s and the organisation’s")),
                ),
            ),
            Ask("holidays", _("No calls on holidays"), TICK),
        ),
        ("hours",),
    ),
    Step(
        "calls",
        _("Caller ID and pace"),
        (
            Ask(
                "caller_id",
                _("The customer sees"),
                CHOICE,
                choices=(
                    Option("single", _("One hotline")),
                    Option("random_chosen", _("One of the chosen hotlines at random")),
                    Option("random_all", _("One of all hotlines at random")),
                ),
            ),
            Ask("hotlines", _("Hotlines"), MANY),
            Ask(
                "answer_wait",
                _("Wait for an answer"),
                CHOICE,
                _("Then the attempt ends as No answer."),
                tuple(Option(str(wait), _seconds(wait)) for wait in (15, 20, 30, 60)),
            ),
            Ask(
                "coefficient",
                _("Calls for each free agent"),
                TEXT,
                _("1.0 to 10.0. With 1.0 the agent is reserved before the customer is dialled."),
                modes=(DialMode.PROGRESSIVE,),
            ),
            *PREDICTIVE,
            Ask(
                "preview_time",
                _("Preview time"),
                NUMBER,
                _("1 to 3600. Then the contact is dialled by itself."),
                unit=_SECONDS,
                modes=(DialMode.PREVIEW,),
            ),
            Ask(
                "preview_start",
                _("The preview time begins"),
                CHOICE,
                choices=(
                    Option("accepted", _("When the agent accepts")),
                    Option("shown", _("When the contact is shown")),
                ),
                modes=(DialMode.PREVIEW,),
            ),
            Ask(
                "accept_timeout",
                _("Time to accept"),
                NUMBER,
                _("5 to 300, then another agent is asked."),
                unit=_SECONDS,
                modes=(DialMode.PREVIEW,),
                more=True,
            ),
            Ask("may_skip", _("Agents may skip a contact"), TICK, modes=(DialMode.PREVIEW,), more=True),
            Ask("may_hold", _("Agents may stop the countdown"), TICK, modes=(DialMode.PREVIEW,), more=True),
            *DETECTION,
            Ask(
                "agent_ring",
                _("Ring an agent"),
                NUMBER,
                _("5 to 60, then the next agent is rung."),
                unit=_SECONDS,
                more=True,
            ),
            Ask(
                "max_wait",
                _("Customer waits at most"),
                NUMBER,
                _("1 to 300, then the call is ended."),
                unit=_SECONDS,
                more=True,
            ),
            Ask(
                "hold_music",
                _("Music while a customer waits"),
                ONE,
                _("From the audio library. Empty: the switch’s own melody."),
                blank=True,
                more=True,
            ),
            Ask(
                "abandoned_message",
                _("Message when no agent came"),
                ONE,
                _("Your organisation’s name and number, from the audio library. Empty: the call just ends."),
                blank=True,
                more=True,
            ),
            Ask("several_numbers", _("Try up to five numbers of a contact, one after another"), TICK, more=True),
        ),
    ),
    Step(
        "retries",
        _("Retries"),
        (
            Ask("max_attempts", _("Attempts for each contact at most"), NUMBER, _("1 to 50.")),
            Ask(
                "gap",
                _("Wait between attempts"),
                MINUTES,
                _("Where the event below has none of its own."),
                unit=_MINUTES,
            ),
            Ask(
                "do_not_call_again_days",
                _("“Do not call again” holds for"),
                NUMBER,
                _("0: for the present task only. Empty: as your organisation has it."),
                unit=_("days"),
                blank=True,
                more=True,
            ),
        ),
        ("retries",),
    ),
    Step("review", _("Review")),
)
BY_KEY: Final[Mapping[str, Step]] = {step.key: step for step in STEPS}


def step_of(field: str) -> str:
    """The step in which a setting stands."""
    name = field.split(".")[0]
    return next((step.key for step in STEPS if name in step.names), "mode")
