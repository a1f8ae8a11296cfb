"""The mapping page: columns with samples, targets with how they were found, and what the first rows become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campana.accounts.access import ActorRequest
from campana.crm.imports.columns import LABELS, match
from campana.crm.imports.encodings import DELIMITERS, ENCODINGS
from campana.crm.imports.problems import words
from campana.crm.imports.rows import Plan, RowReader
from campana.crm.imports.sinks import campaign_sink
from campana.crm.imports.work import owners_of
from campana.crm.models import ContactGroup, ContactImport, CustomField, ImportProfile
from campana.crm.operations.imports import look_at
from campana.crm.web.forms import TYPES

_DELIMITER_WORDS = {
    ",": gettext_lazy("Comma"),
    ";": gettext_lazy("Semicolon"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Vertical line"),
}
_SAMPLES = 2


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    index: int
    samples: list[str]
    target: str


@dataclass(frozen=True, slots=True)
class Preview:
    row: int
    cells: list[str]
    problems: list[str]
    completed: bool


@dataclass(frozen=True, slots=True)
class Mapping:
    headers: list[str]
    targets: list[str]
    columns: list[Column]
    choices: list[tuple[str, list[tuple[str, str]]]]
    shown: list[str]
    """Labels of the mapped columns, heads of the preview."""
    preview: list[Preview]
    options: dict[str, Any]
    encodings: list[tuple[str, str]]
    delimiters: list[tuple[str, str]]
    groups: list[tuple[int, str]]
    is_text: bool

    @classmethod
    def of(cls, request: ActorRequest, imported: ContactImport) -> Mapping:
        """From the query or the form; nothing given: matched by headings. Raises BadFile, BadValue."""
        given = request.POST if request.method == "POST" else request.GET
        organisation = request.actor.organisation
        header = given.get("header", "yes") != "no"
        encoding, delimiter = given.get("encoding", ""), given.get("delimiter", "")
        seen = look_at(imported, encoding=encoding, delimiter=delimiter, header=header)
        fields = list(CustomField.objects.filter(organisation=organisation).order_by("position", "pk"))
        targets = _targets(request, seen.headers, fields)
        plan = _plan(request, seen.headers, targets, fields)
        groups = ContactGroup.objects.filter(organisation=organisation).order_by("name")
        options = {
            "encoding": seen.source.encoding,
            "delimiter": seen.source.delimiter,
            "header": header,
            "existing": given.get("existing", "update"),
            "keep_unreadable": given.get("keep_unreadable", "yes") == "yes",
            "group_id": given.get("group_id", ""),
        }
        columns = [
            Column(name, index, [_cell(cells, index) for _, cells in seen.rows[:_SAMPLES]], targets[index])
            for index, name in enumerate(seen.headers)
        ]
        return cls(
            headers=seen.headers,
            targets=targets,
            columns=columns,
            choices=_choices(fields),
            shown=[_label(target, plan) for target in targets if target],
            preview=[_preview(plan, row, cells) for row, cells in seen.rows] if "phone" in targets else [],
            options=options,
            encodings=[(name, name) for name in dict.fromkeys([*ENCODINGS, seen.source.encoding]) if name],
            delimiters=[(mark, str(_DELIMITER_WORDS[mark])) for mark in DELIMITERS],
            groups=list(groups.values_list("pk", "name")),
            is_text=bool(seen.source.encoding),
        )


def _targets(request: ActorRequest, headers: list[str], fields: list[CustomField]) -> list[str]:
    known = {*LABELS, *(f"fields.{field.key}" for field in fields), *(f"new.{code}" for code, _word in TYPES)}
    given = request.POST if request.method == "POST" else request.GET
    if "column-0" in given:
        chosen = [given.get(f"column-{index}", "") for index in range(len(headers))]
        return [target if target in known else "" for target in chosen]
    profile = given.get("use", "")
    if profile.isdigit() and len(profile) < 19:
        found = ImportProfile.objects.filter(organisation=request.actor.organisation, pk=int(profile)).first()
        if found is not None:
            return [target if (target := found.mapping.get(header, "")) in known else "" for header in headers]
    return match(headers, fields)


def _plan(request: ActorRequest, headers: list[str], targets: list[str], fields: list[CustomField]) -> Plan:
    organisation = request.actor.organisation
    sink = campaign_sink()
    seen: set[str] = set()
    unique = [target if target not in seen and not seen.add(target) else "" for target in targets]  # type: ignore[func-returns-value]
    return Plan(
        headers=headers,
        mapping=[target if not target.startswith("new.") else "" for target in unique],
        country=organisation.default_country,
        zone=organisation.time_zone,
        fields={field.key: field for field in fields},
        owners=owners_of(organisation.pk) if "owner" in targets else {},
        agents=sink.agents(organisation.pk) if sink and "preferred_agent" in targets else {},
    )


def _choices(fields: list[CustomField]) -> list[tuple[str, list[tuple[str, str]]]]:
    standard = [(target, _(label)) for target, label in LABELS.items()]
    custom = [(f"fields.{field.key}", field.label) for field in fields]
    return [
        (_("Contact"), standard),
        (_("Custom fields"), custom),
        (_("New custom field"), [(f"new.{code}", str(word)) for code, word in TYPES]),
    ]


def _label(target: str, plan: Plan) -> str:
    if target.startswith("fields."):
        return plan.fields[target[7:]].label
    return _(LABELS[target]) if target in LABELS else _("New custom field")


def _preview(plan: Plan, row: int, cells: Any) -> Preview:
    checked = RowReader(plan)(row, cells)
    shown = [_cell(cells, index) for index, target in enumerate(plan.mapping) if target]
    problems = [f"{error.column}: {words(error.reason)}" for error in checked.errors]
    return Preview(row, shown, problems, checked.completed)


def _cell(cells: Any, index: int) -> str:
    return str(cells[index])[:60] if index < len(cells) else ""
