"""The mapping page: columns with samples, targets with how they were found, and what the first rows become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campana.accounts.access import ActorRequest
from campana.crm import web
from campana.crm.imports.columns import CONTACTS, LABELS, match
from campana.crm.imports.do_not_call import DO_NOT_CALL, REASONS, ListPlan, ListReader, default_reason
from campana.crm.imports.do_not_call import LABELS as LIST_LABELS
from campana.crm.imports.encodings import DELIMITERS, ENCODINGS
from campana.crm.imports.problems import words
from campana.crm.imports.rows import Plan, RowReader
from campana.crm.imports.sinks import campaign_sink
from campana.crm.imports.work import owners_of
from campana.crm.models import ContactGroup, ContactImport, CustomField, ImportProfile
from campana.crm.operations.imports import look_at
from campana.ui.kinds import FIELD_TYPES

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
    reasons: list[tuple[str, str]]
    """Of a do-not-call list: what rows without a reason may get."""
    is_text: bool

    @classmethod
    def of(cls, request: ActorRequest, imported: ContactImport) -> Mapping:
        """From the query or the form; nothing given: matched by headings. Raises BadFile, BadValue."""
        given = request.POST if request.method == "POST" else request.GET
        organisation = request.actor.organisation
        header = given.get("header", "yes") != "no"
        encoding, delimiter = given.get("encoding", ""), given.get("delimiter", "")
        seen = look_at(imported, encoding=encoding, delimiter=delimiter, header=header)
        is_list = imported.kind == ContactImport.Kind.DO_NOT_CALL
        fields = (
            [] if is_list else list(CustomField.objects.filter(organisation=organisation).order_by("position", "pk"))
        )
        targets = _targets(request, seen.headers, fields, is_list=is_list)
        unique = _each_once(targets)
        read: ListReader | RowReader
        if is_list:
            read = ListReader(_list_plan(request, seen.headers, unique, given.get("reason")))
        else:
            read = RowReader(_plan(request, seen.headers, unique, fields))
        groups = ContactGroup.objects.filter(organisation=organisation).order_by("name")
        options: dict[str, Any] = {
            "encoding": seen.source.encoding,
            "delimiter": seen.source.delimiter,
            "header": header,
        }
        if is_list:
            options["reason"] = default_reason(given.get("reason"))
        else:
            options |= {
                "existing": given.get("existing", "update"),
                "keep_unreadable": given.get("keep_unreadable", "yes") == "yes",
                "group_id": given.get("group_id", ""),
                "campaign_id": _number(given.get("campaign_id"), imported.campaign_id),
            }
        columns = [
            Column(name, index, [_cell(cells, index) for _, cells in seen.rows[:_SAMPLES]], targets[index])
            for index, name in enumerate(seen.headers)
        ]
        return cls(
            headers=seen.headers,
            targets=targets,
            columns=columns,
            choices=[(_("Do not call"), [(target, _(label)) for target, label in LIST_LABELS.items()])]
            if is_list
            else _choices(fields),
            shown=[_label(target, fields) for target in targets if target],
            preview=[_preview(read, targets, row, cells) for row, cells in seen.rows] if "phone" in targets else [],
            options=options,
            encodings=[(name, name) for name in dict.fromkeys([*ENCODINGS, seen.source.encoding]) if name],
            delimiters=[(mark, str(_DELIMITER_WORDS[mark])) for mark in DELIMITERS],
            groups=[] if is_list else list(groups.values_list("pk", "name")),
            reasons=[(code, _(word)) for code, word in REASONS.items()] if is_list else [],
            is_text=bool(seen.source.encoding),
        )


def _number(given: str | None, default: int | None) -> int | None:
    """A campaign chosen in the form, none chosen, or no form yet: the upload's."""
    if given is None:
        return default
    return int(given) if given.isdigit() and len(given) < 19 else None


def _targets(request: ActorRequest, headers: list[str], fields: list[CustomField], *, is_list: bool) -> list[str]:
    known = {*LABELS, *(f"fields.{field.key}" for field in fields), *(f"new.{code}" for code, _word in FIELD_TYPES)}
    if is_list:
        known = set(LIST_LABELS)
    given = request.POST if request.method == "POST" else request.GET
    if "column-0" in given:
        chosen = [given.get(f"column-{index}", "") for index in range(len(headers))]
        return [target if target in known else "" for target in chosen]
    profile = given.get("use", "")
    if profile.isdigit() and len(profile) < 19:
        found = ImportProfile.objects.filter(organisation=request.actor.organisation, pk=int(profile)).first()
        if found is not None:
            return [target if (target := found.mapping.get(header, "")) in known else "" for header in headers]
    return match(headers, fields, DO_NOT_CALL if is_list else CONTACTS)


def _each_once(targets: list[str]) -> list[str]:
    seen: set[str] = set()
    return [target if target not in seen and not seen.add(target) else "" for target in targets]  # type: ignore[func-returns-value]


def _plan(request: ActorRequest, headers: list[str], targets: list[str], fields: list[CustomField]) -> Plan:
    organisation = request.actor.organisation
    sink = campaign_sink()
    return Plan(
        headers=headers,
        mapping=[target if not target.startswith("new.") else "" for target in targets],
        country=organisation.default_country,
        zone=organisation.time_zone,
        fields={field.key: field for field in fields},
        owners=owners_of(organisation.pk) if "owner" in targets else {},
        agents=sink.agents(organisation.pk) if sink and "preferred_agent" in targets else {},
    )


def _list_plan(request: ActorRequest, headers: list[str], targets: list[str], reason: str | None) -> ListPlan:
    organisation = request.actor.organisation
    return ListPlan(
        headers=headers,
        mapping=targets,
        country=organisation.default_country,
        zone=organisation.time_zone,
        now=web.now(),
        reason=default_reason(reason),
    )


def _choices(fields: list[CustomField]) -> list[tuple[str, list[tuple[str, str]]]]:
    standard = [(target, _(label)) for target, label in LABELS.items()]
    custom = [(f"fields.{field.key}", field.label) for field in fields]
    return [
        (_("Contact"), standard),
        (_("Custom fields"), custom),
        (_("New custom field"), [(f"new.{code}", str(word)) for code, word in FIELD_TYPES]),
    ]


def _label(target: str, fields: list[CustomField]) -> str:
    if target.startswith("fields."):
        return next(field.label for field in fields if field.key == target[7:])
    label = LABELS.get(target) or LIST_LABELS.get(target)
    return _(label) if label else _("New custom field")


def _preview(read: ListReader | RowReader, targets: list[str], row: int, cells: Any) -> Preview:
    checked = read.row(row, cells) if isinstance(read, ListReader) else read(row, cells)
    shown = [_cell(cells, index) for index, target in enumerate(targets) if target]
    problems = [f"{error.column}: {words(error.reason)}" for error in checked.errors]
    return Preview(row, shown, problems, checked.completed)


def _cell(cells: Any, index: int) -> str:
    return str(cells[index])[:60] if index < len(cells) else ""
