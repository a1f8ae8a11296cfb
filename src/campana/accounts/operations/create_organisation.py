"""A new tenant with its four roles and its owner."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import Organisation, Role, User
from campana.accounts.operations import followers
from campana.accounts.operations.create_user import EmailTaken
from campana.accounts.operations.passwords import checked_password
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.people import checked_email, checked_name, checked_zone
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused
from campana.tenancy import system_scope


class SlugTaken(Refused):
    code = "slug_taken"
    detail = "There is an organisation with this short name."


def create_organisation(
    *,
    slug: str,
    name: str,
    owner_email: str,
    owner_name: str,
    owner_password: str,
    now: Instant,
    time_zone: str = "UTC",
    default_country: str = "",
    language: str = "en",
    address: str | None = None,
) -> tuple[Organisation, User]:
    """The organisation and its owner, an administrator. Raises SlugTaken, EmailTaken or Invalid."""
    email, owner_name = checked_email(owner_email), checked_name(owner_name, "owner_name")
    with system_scope(), transaction.atomic():
        try:
            with transaction.atomic():
                organisation = Organisation.objects.create(
                    slug=slug,
                    name=checked_name(name),
                    time_zone=checked_zone(time_zone),
                    default_country=default_country,
                    language=language,
                    created_at=now,
                )
        except IntegrityError as error:
            raise SlugTaken(field="slug") from error
        roles = {
            key: Role.objects.create(organisation=organisation, key=key, permissions=list(held))
            for key, held in permissions.PRESETS.items()
        }
        owner = User(
            organisation=organisation,
            email=email,
            name=owner_name,
            role=roles[permissions.ADMINISTRATOR],
            is_owner=True,
            created_at=now,
        )
        owner.set_password(checked_password(owner_password, owner))
        try:
            with transaction.atomic():
                owner.save()
        except IntegrityError as error:
            raise EmailTaken(field="email") from error
        followers.organisation_made(organisation, now)
        record_audit(
            actor=Actor(organisation, frozenset(permissions.ALL), user=owner, address=address),
            action="organisation.create",
            object_type="organisation",
            object_id=organisation.pk,
            now=now,
            after={"slug": slug, "name": name, "owner": email},
        )
    return organisation, owner
