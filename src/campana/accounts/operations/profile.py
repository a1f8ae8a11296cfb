"""What everybody may change about himself."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from campana.accounts.actors import Actor
from campana.accounts.models import User
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import locked_user
from campana.accounts.people import checked_language, checked_name, checked_zone
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotAllowed

THEMES: Final = ("", "light", "dark")


class BadTheme(Invalid):
    code = "bad_theme"
    detail = "A theme is light, dark or as the system says."


def sign_out_everywhere(*, actor: Actor, now: Instant) -> User:
    """Every session of the person ends; whoever asked is given a new one by the page (CRM-711)."""
    if actor.user is None:
        raise NotAllowed(permission="")
    with transaction.atomic():
        user = locked_user(actor, actor.user)
        user.sign_out_count += 1
        user.save(update_fields=["sign_out_count"])
        record_audit(actor=actor, action="user.sign_out", object_type="user", object_id=user.pk, now=now)
    return user


def change_profile(*, actor: Actor, name: str, language: str, time_zone: str, theme: str, now: Instant) -> User:
    """Blank language, time zone and theme mean: as the browser, the organisation, the system says.

    Another name is a new version of the person, so that nobody's older page of him takes it back.
    """
    if actor.user is None:
        raise NotAllowed(permission="")
    wanted = {
        "name": checked_name(name),
        "language": checked_language(language) if language else "",
        "time_zone": checked_zone(time_zone) if time_zone else "",
        "theme": theme,
    }
    if theme not in THEMES:
        raise BadTheme(field="theme")
    with transaction.atomic():
        user = locked_user(actor, actor.user)
        before = {field: getattr(user, field) for field in wanted}
        if before == wanted:
            return user
        for field, value in wanted.items():
            setattr(user, field, value)
        user.version += before["name"] != wanted["name"]
        user.save(update_fields=[*wanted, "version"])
        record_audit(
            actor=actor,
            action="user.profile",
            object_type="user",
            object_id=user.pk,
            now=now,
            before=before,
            after=wanted,
        )
    return user
