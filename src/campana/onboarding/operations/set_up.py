"""The very first organisation of an installation, made by whoever opens it first."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.text import slugify

from campana.accounts.models import Organisation, User
from campana.accounts.operations.create_organisation import create_organisation
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused

_FIRST = 0x43616D70
"""Any number that no other advisory lock uses."""


class AlreadySetUp(Refused):
    code = "already_set_up"
    status = 404
    detail = "This installation is set up already."


def is_fresh() -> bool:
    """Whether there is no organisation yet."""
    return not Organisation.objects.exists()


def set_up(
    *,
    name: str,
    time_zone: str,
    default_country: str,
    language: str,
    owner_name: str,
    owner_email: str,
    owner_password: str,
    address: str | None,
    now: Instant,
) -> User:
    """The organisation and its owner, once: of two who come at the same moment one is refused."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST])
        if not is_fresh():
            raise AlreadySetUp
        _organisation, owner = create_organisation(
            slug=slugify(name)[:63] or "organisation",
            name=name,
            time_zone=time_zone,
            default_country=default_country,
            language=language,
            owner_name=owner_name,
            owner_email=owner_email,
            owner_password=owner_password,
            address=address,
            now=now,
        )
    return owner
