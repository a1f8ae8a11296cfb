"""What people type about themselves, checked."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from campana.kernel.clock import is_zone
from campana.kernel.refusals import Invalid


class BadEmail(Invalid):
    code = "bad_email"
    detail = "This is not an e-mail address."


class NameMissing(Invalid):
    code = "name_missing"
    detail = "A name has 1 to 150 characters."


class BadZone(Invalid):
    code = "bad_time_zone"
    detail = "This is not a time zone such as Europe/Prague."


class BadLanguage(Invalid):
    code = "bad_language"
    detail = "This language is not available."


def checked_email(typed: str) -> str:
    """Lower case: one person has one account, however he types his address."""
    email = typed.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadEmail(field="email") from error
    if len(email) > 254:
        raise BadEmail(field="email")
    return email


def checked_name(typed: str, field: str = "name") -> str:
    name = " ".join(typed.split())
    if not 1 <= len(name) <= 150 or "\0" in name:
        raise NameMissing(field=field)
    return name


def checked_zone(name: str) -> str:
    if not is_zone(name):
        raise BadZone(field="time_zone")
    return name


def checked_language(code: str) -> str:
    if code not in dict(settings.LANGUAGES):
        raise BadLanguage(field="language")
    return code
