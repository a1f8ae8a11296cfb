"""What each step of the stepper asks for: label, unit, help and control of every setting (CAM-178)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.engine.words import DialMode
from campana.hotlines.models import Hotline
from campana.scripts.models import ResultSet
from campana.ui.moments import phone
from campana.workforce import queries as workforce
from campana.workforce.models import WorkingHours

Words = str | Promise
Choices = list[tuple[str, Words]]

TEXT, AREA, NUMBER, MINUTES, TICK, CHOICE, ONE, MANY, MOMENT = (
    "text",
    "area",
    "number",
    "minutes",
    "tick",
    "choice",
    "one",
    "many",
    "moment",
)


@dataclass(frozen=True, slots=True)
class Ask:
    name: str
    label: Words
    kind: str = NUMBER
    hint: Words = ""
    choices: tuple[tuple[str, Words], ...] = ()
    blank: bool = False
    """May be left empty; the hint says what that means."""
    modes: tuple[str, ...] = ()
    """Only in these modes; empty: in all."""


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    word: Words
    asks: tuple[Ask, ...] = ()


_MODES = ((DialMode.PROGRESSIVE, _("Progressive (customer first)")), (DialMode.PREVIEW, _("Preview")))

STEPS: Final[tuple[Step, ...]] = (
    Step(
        "mode",
        _("Mode"),
        (
            Ask(
                "mode",
                _("Dial mode"),
                CHOICE,
                _(
                    "Progressive: for each free agent the next contact is dialled. Preview: the agent sees the"
                    " contact first. It can not be changed once the campaign was created."
                ),
                _MODES,
            ),
            Ask("name", _("Name"), TEXT),
            Ask("description", _("Description"), AREA, blank=True),
        ),
    ),
    Step(
        "general",
        _("General"),
        (
            Ask("start_at", _("Start"), MOMENT, _("Nothing is dialled before. Empty: at once."), blank=True),
            Ask("end_at", _("End"), MOMENT, _("No new call after it, even if contacts remain."), blank=True),
            Ask(
                "start_kind",
                _("Begins"),
                CHOICE,
                "",
                (("automatic", _("By itself at the start time")), ("manual", _("When somebody presses Start"))),
            ),
            Ask(
                "goal",
                _("Goal"),
                CHOICE,
                "",
                (
                    ("exhaust", _("Exhaust contacts: it ends when every contact is done")),
                    ("none", _("None: endless, contacts may be added at any time")),
                ),
            ),
            Ask("priority", _("Priority"), NUMBER, _("1 to 99, 1 first. Empty: after all that have one."), blank=True),
            Ask("max_calls", _("Most calls at once"), NUMBER, _("1 to 100. Empty: as many as the plan."), blank=True),
            Ask("recording", _("Record the conversations"), TICK),
        ),
    ),
    Step("contacts", _("Contacts")),
    Step(
        "agents",
        _("Agents"),
        (
            Ask("groups", _("Groups"), MANY, _("Whoever joins a group later takes part as well.")),
            Ask("agents", _("Agents"), MANY),
            Ask("only_with_agent", _("Run only while an agent is available"), TICK),
            Ask("no_agent_grace", _("Pause after so many seconds without an agent"), NUMBER, _("Usually 300.")),
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
            Ask("holidays", _("No calls on holidays"), TICK),
            Ask(
                "local_time",
                _("Whose clock?"),
                CHOICE,
                "",
                (
                    ("off", _("The organisation’s")),
                    ("callee", _("The contact’s only")),
                    ("both", _("Both: the contact’s and the organisation’s")),
                ),
            ),
        ),
    ),
    Step(
        "calls",
        _("Caller ID and pace"),
        (
            Ask(
                "caller_id",
                _("The customer sees"),
                CHOICE,
                "",
                (
                    ("single", _("One hotline")),
                    ("random_chosen", _("One of the chosen hotlines at random")),
                    ("random_all", _("One of all hotlines at random")),
                ),
            ),
            Ask("hotlines", _("Hotlines"), MANY),
            Ask(
                "answer_wait",
                _("Wait for an answer"),
                CHOICE,
                _("Then the attempt ends as No answer."),
                tuple((str(wait), _("%(seconds)s s") % {"seconds": wait}) for wait in (15, 20, 30, 60)),
            ),
            Ask(
                "coefficient",
                _("Calls for each free agent"),
                TEXT,
                _("1.0 to 10.0. With 1.0 the agent is reserved before the customer is dialled."),
                modes=(DialMode.PROGRESSIVE,),
            ),
            Ask("agent_ring", _("Ring an agent, seconds"), NUMBER, _("5 to 60, then the next agent is rung.")),
            Ask("max_wait", _("Customer waits at most, seconds"), NUMBER, _("1 to 300, then the call is ended.")),
            Ask(
                "preview_time",
                _("Preview time, seconds"),
                NUMBER,
                _("1 to 3600. Then the contact is dialled by itself."),
                modes=(DialMode.PREVIEW,),
            ),
            Ask(
                "preview_start",
                _("The preview time begins"),
                CHOICE,
                "",
                (("accepted", _("When the agent accepts")), ("shown", _("When the contact is shown"))),
                modes=(DialMode.PREVIEW,),
            ),
            Ask(
                "accept_timeout",
                _("Time to accept, seconds"),
                NUMBER,
                _("5 to 300, then another agent is asked."),
                modes=(DialMode.PREVIEW,),
            ),
            Ask("may_skip", _("Agents may skip a contact"), TICK, modes=(DialMode.PREVIEW,)),
            Ask("may_hold", _("Agents may stop the countdown"), TICK, modes=(DialMode.PREVIEW,)),
            Ask("several_numbers", _("Try up to five numbers of a contact, one after another"), TICK),
        ),
    ),
    Step(
        "retries",
        _("Retries"),
        (
            Ask("max_attempts", _("Attempts for each contact at most"), NUMBER, _("1 to 50.")),
            Ask("gap", _("Wait between attempts, minutes"), MINUTES, _("Where the event below has none of its own.")),
            Ask(
                "do_not_call_again_days",
                _("Days for which “do not call again” holds"),
                NUMBER,
                _("0: for the present task only. Empty: as your organisation has it."),
                blank=True,
            ),
        ),
    ),
    Step(
        "results",
        _("Results"),
        (
            Ask("result_set", _("Result set"), ONE, _("What agents may say about a conversation."), blank=True),
            Ask("result_required", _("A result is needed before the next call"), TICK),
            Ask("wrap_up", _("Wrap-up, seconds"), NUMBER, _("0 to 3600.")),
            Ask("ready_early", _("Agents may end the wrap-up early"), TICK),
            Ask("extend_once", _("Agents may extend the wrap-up once"), TICK),
            Ask("auto_answer", _("Agents' browsers answer by themselves"), TICK),
        ),
    ),
    Step("review", _("Review")),
)
BY_KEY: Final[Mapping[str, Step]] = {step.key: step for step in STEPS}

EVENTS: Final[tuple[tuple[str, Words], ...]] = (
    ("no_answer", _("No answer")),
    ("busy", _("Busy")),
    ("rejected", _("Rejected")),
    ("unavailable", _("Unavailable")),
    ("machine", _("Answering machine")),
    ("abandoned", _("Abandoned")),
    ("dropped", _("Dropped soon after the answer")),
)


def asks_of(step: Step, campaign: Campaign) -> Iterable[Ask]:
    return (ask for ask in step.asks if not ask.modes or campaign.mode in ask.modes)


def _named(rows: Iterable[Any], word: Callable[[Any], Words]) -> Choices:
    return [(str(row.pk), word(row)) for row in rows]


def options_of(name: str, actor: Actor) -> Choices:
    """What the actor can choose of the organisation's own things."""
    organisation_id = actor.organisation.pk
    if name == "hotlines":
        rows = Hotline.objects.filter(organisation_id=organisation_id).order_by("number")
        return _named(rows, lambda row: f"{phone(row.number)} {row.label}".strip())
    if name == "agents":
        people = workforce.agents(actor).filter(user__state="active").order_by("user__name")
        return _named(people, lambda row: row.user.name)
    if name == "groups":
        return _named(workforce.groups(actor).order_by("name"), str)
    if name == "working_hours":
        return _named(WorkingHours.objects.filter(organisation_id=organisation_id).order_by("name"), str)
    return _named(ResultSet.objects.filter(organisation_id=organisation_id).order_by("name"), str)
