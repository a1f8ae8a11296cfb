"""How a rule says no: a small exception with a stable code, declared where it is raised.

Pages turn the code into words in the reader's language; the API answers ``{"code", "detail"}`` with
``status``. ``field`` names the input that caused it, ``facts`` fill the placeholders of the words.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Refused(Exception):
    """The request can not be done in the present state (HTTP 409 unless a subclass says otherwise)."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "This can not be done now."

    def __init__(self, *, field: str | None = None, **facts: Any) -> None:
        self.field = field
        self.facts = facts
        super().__init__(self.detail.format_map(facts) if facts else self.detail)

    @property
    def says(self) -> str:
        """The message pages show; a refusal whose facts hold a code says it in words."""
        return self.detail


class Invalid(Refused):
    """An input is wrong; ``field`` says which (HTTP 422)."""

    code = "invalid"
    status = 422
    detail = "A value is not valid."


class NotAllowed(Refused):
    """The actor lacks the permission (HTTP 403)."""

    code = "not_allowed"
    status = 403
    detail = "You need the permission {permission}."


class NotFound(Refused):
    """No such object in this organisation (HTTP 404). Says the same for foreign objects."""

    code = "not_found"
    status = 404
    detail = "There is no such {kind}."


class Invalids(Refused):
    """Several invalid inputs at once."""

    code = "invalid"
    status = 422
    detail = "Some values are not valid."

    def __init__(self, problems: list[Invalid]) -> None:
        super().__init__()
        self.problems = problems
