"""What a file may have as columns. Keys are stable names; words are read in the language of the export."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campana.accounts.audit_names import Names
from campana.accounts.models import Organisation
from campana.crm.models import CustomField
from campana.reporting.models import Export
from campana.scripts.queries import parameters

FIELD: Final = "fields."
"""Prefix of the custom fields of contacts."""
ANSWER: Final = "answers."
"""Prefix of the answers given in scripts, by the names of their questions."""
LAST_ANSWERS: Final = "last_answers"
"""What the rows of contacts are given where somebody asks for answers: those of the last attempt that has any."""


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    word: str | Promise
    source: str
    """Lookup from the row's model; several rows of numbers say ``number:2``."""
    kind: str = "text"
    """text, number, answer, time, yes_no, seconds (a difference of two times: ``from/to``), or a vocabulary of
    ui.words."""
    usual: bool = True
    """Ticked beforehand."""


CONTACTS: Final = (
    Column("external_id", _("External id"), "external_id", usual=False),
    Column("name", pgettext_lazy("of a person", "Name"), "contact__name"),
    Column("number", _("Phone"), "number", "phone"),
    Column("email", _("E-mail"), "contact__email", usual=False),
    Column("company", _("Company"), "contact__company", usual=False),
    Column("state", _("State"), "state", "task"),
    Column("attempts", _("Attempts"), "attempts", "number"),
    Column("last_outcome", _("Last outcome"), "last_outcome", "outcome"),
    Column("last_attempt_at", _("Last attempt"), "last_attempt_at", "time"),
    Column("last_agent", _("Last agent"), "last_agent__user__name"),
    Column("result", _("Result"), "result_id", "result"),
    Column("refusal", _("Why not called"), "refusal", "refusal"),
    Column("next_at", _("Next attempt"), "next_at", "time"),
    Column("time_zone", _("Time zone"), "time_zone", usual=False),
    Column("priority", _("Priority"), "priority", "number", usual=False),
    Column("added_at", _("Added"), "created_at", "time", usual=False),
    Column("finished_at", _("Done"), "finished_at", "time", usual=False),
)
ATTEMPTS: Final = (
    Column("id", _("Attempt"), "pk", "number", usual=False),
    Column("campaign", _("Campaign"), "campaign__name"),
    Column("contact", _("Contact"), "contact__name"),
    Column("number", _("Phone"), "number", "phone"),
    Column("hotline", _("Shown number"), "hotline__number", "phone"),
    Column("trunk", _("Trunk"), "trunk__name", usual=False),
    Column("agent", _("Agent"), "agent__user__name"),
    Column("mode", _("Mode"), "mode", "mode", usual=False),
    Column("dialled", _("Dialled"), "began_at", "time"),
    Column("rang", _("Rang"), "ringing_at", "time", usual=False),
    Column("answered", _("Answered"), "answered_at", "time"),
    Column("connected", _("Connected to an agent"), "connected_at", "time"),
    Column("ended", _("Ended"), "ended_at", "time"),
    Column("wait", _("Wait, seconds"), "answered_at/connected_at", "seconds"),
    Column("talk", _("Talk, seconds"), "connected_at/ended_at", "seconds"),
    Column("wrap_up", _("Wrap-up, seconds"), "ended_at/wrapped_up_at", "seconds", usual=False),
    Column("outcome", _("Outcome"), "outcome", "outcome"),
    Column("cause", _("Cause"), "cause", "cause", usual=False),
    Column("sip", _("Answer of the carrier"), "sip_code", "number", usual=False),
    Column("verdict", _("Machine detection"), "verdict", "verdict", usual=False),
    Column("verdict_seconds", _("Until the verdict, seconds"), "answered_at/verdict_at", "seconds", usual=False),
    Column("counted", _("Counts as an attempt"), "counted", "yes_no", usual=False),
    Column("result", _("Result"), "result__name"),
    Column("note", _("Note"), "note"),
    Column("callback_at", _("Call back"), "callback_at", "time", usual=False),
    Column("recording", _("Recording, seconds"), "recording_seconds", "number", usual=False),
)
AGENTS: Final = (
    Column("day", _("Day"), "day"),
    Column("agent", _("Agent"), "agent"),
    Column("calls", _("Calls"), "calls", "number"),
    Column("talks", _("Talks"), "talks", "number"),
    Column("talk_seconds", _("Talk, seconds"), "talk_seconds", "number"),
    Column("wrap_up_seconds", _("Wrap-up, seconds"), "wrap_up_seconds", "number"),
    Column("successes", _("Successes"), "successes", "number"),
    Column("first", _("First call"), "first", "time", usual=False),
    Column("last", _("Last call ended"), "last", "time", usual=False),
)


def columns_of(kind: str, organisation: Organisation) -> list[Column]:
    """All columns a file of this kind may have; contacts also have the organisation's own fields, and both have the
    answers given in scripts: of the attempt, or the last ones of the contact in the campaign (CAM-746)."""
    if kind == Export.Kind.AGENTS:
        return list(AGENTS)
    if kind == Export.Kind.ATTEMPTS:
        return [*ATTEMPTS, *_answers(organisation, "answers")]
    fields = CustomField.objects.filter(organisation=organisation).order_by("position", "pk")
    own = [Column(FIELD + field.key, field.label, f"contact__fields:{field.key}") for field in fields]
    return [*CONTACTS, *own, *_answers(organisation, LAST_ANSWERS)]


def _answers(organisation: Organisation, source: str) -> list[Column]:
    return [
        Column(ANSWER + parameter.name, parameter.name, f"{source}:{parameter.name}", "answer", usual=False)
        for parameter in parameters(organisation)
    ]


def chosen(kind: str, organisation: Organisation, keys: Iterable[str]) -> list[Column]:
    """The columns of these keys in the order of the list; unknown ones are left out."""
    wanted = set(keys)
    return [column for column in columns_of(kind, organisation) if column.key in wanted]


def columns_words(keys: Sequence[str], names: Names) -> str:
    """Of an entry of the audit log; the organisation's own columns by their keys."""
    words = {column.key: column.word for column in (*CONTACTS, *ATTEMPTS, *AGENTS)}
    return ", ".join(str(words.get(key, key.removeprefix(FIELD).removeprefix(ANSWER))) for key in keys)
