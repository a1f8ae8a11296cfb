"""Values of fields as pages and the API give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from campana.accounts.models import Organisation
from campana.crm.imports.cells import BadCell, read_custom
from campana.crm.imports.problems import WORDS
from campana.crm.models import CustomField
from campana.crm.numbers import Reader
from campana.kernel.refusals import Invalid, Invalids


class BadValue(Invalid):
    code = "bad_value"
    detail = "This value can not be taken: {problem}."

    @property
    def says(self) -> str:
        return WORDS.get(self.facts["problem"], self.detail)


def clean_text(value: Any, name: str, limit: int) -> str:
    """Trimmed text. Raises BadValue when it is too long or no text."""
    if value is None:
        return ""
    if not isinstance(value, str) or "\x00" in value:
        raise BadValue(field=name, problem="not_text")
    text = value.strip()
    if len(text) > limit:
        raise BadValue(field=name, problem="too_long")
    return text


def clean_fields(
    definitions: Iterable[CustomField], given: Mapping[str, Any], organisation: Organisation, *, complete: bool
) -> dict[str, Any]:
    """Custom fields typed; None removes one. ``complete``: required fields must be there. Raises Invalids."""
    known = {definition.key: definition for definition in definitions}
    labels = {definition.label: definition.key for definition in known.values()}
    numbers = Reader(organisation.default_country)
    values: dict[str, Any] = {}
    problems: list[Invalid] = []
    for name, value in given.items():
        definition = known.get(labels.get(name, name))
        if definition is None:
            problems.append(BadValue(field=f"fields.{name[:64]}", problem="unknown_field"))
            continue
        try:
            values[definition.key] = _typed(definition, value, numbers)
        except BadCell as bad:
            problems.append(BadValue(field=f"fields.{definition.key}", problem=bad.reason))
    for definition in known.values():
        missing = values.get(definition.key) is None and (complete or definition.key in values)
        if definition.required and missing:
            problems.append(BadValue(field=f"fields.{definition.key}", problem="required"))
    if problems:
        raise Invalids(problems)
    return values


def _typed(definition: CustomField, value: Any, numbers: Reader) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if not isinstance(value, str | int | float):
        raise BadCell("not_text")
    text = str(value).strip().replace("\x00", "")
    return read_custom(definition, text, numbers) if text else None
