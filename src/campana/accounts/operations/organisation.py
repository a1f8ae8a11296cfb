"""The settings of an organisation, and the emergency stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import Organisation
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import unchanged
from campana.accounts.people import checked_language, checked_name, checked_zone
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid
from campana.relay.mailbox import post


class ReserveTooLarge(Invalid):
    code = "reserve_too_large"
    detail = "The reserve must be smaller than the {licence_calls} calls there are at all."


class BadPrefix(Invalid):
    code = "bad_prefix"
    detail = "A blocked prefix has 1 to 15 digits and begins with the country code: “{prefix}” does not."


class BadCountry(Invalid):
    code = "bad_country"
    detail = "A country has two letters, such as CZ."


class OutOfRange(Invalid):
    code = "out_of_range"
    detail = "A whole number from {low} to {high}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an administrator sets. Calls are concurrent calls, ``frequency_cap`` calls per number and day."""

    name: str
    time_zone: str
    default_country: str
    language: str
    campaigns_need_approval: bool
    approver_is_not_author: bool
    supervisors_approve: bool
    mask_numbers: bool
    licence_calls: int
    reserved_calls: int
    frequency_cap: int
    blocked_prefixes: tuple[str, ...]
    campaigns_limit: int
    campaign_contacts_limit: int
    campaign_agents_limit: int
    do_not_call_again_days: int
    recordings_days: int
    record_by_hand: bool = False
    machine_detection: bool = True


RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "licence_calls": (1, 10_000),
    "reserved_calls": (0, 10_000),
    "frequency_cap": (0, 100),
    "campaigns_limit": (1, 100_000),
    "campaign_contacts_limit": (1, 5_000_000),
    "campaign_agents_limit": (1, 10_000),
    "do_not_call_again_days": (0, 3650),
    "recordings_days": (0, 3650),
}


def change_settings(*, actor: Actor, settings: Settings, version: int, now: Instant) -> Organisation:
    """Raises NotAllowed, ChangedMeanwhile, Invalid. The engine hears of it."""
    actor.require(permissions.SETTINGS_MANAGE)
    values = _checked(settings)
    with transaction.atomic():
        organisation = _locked(actor)
        unchanged(version, organisation.version)
        before = {name: getattr(organisation, name) for name in values}
        changed = {name: value for name, value in values.items() if before[name] != value}
        if not changed:
            return organisation
        for name, value in changed.items():
            setattr(organisation, name, value)
        organisation.version += 1
        organisation.save(update_fields=[*changed, "version"])
        record_audit(
            actor=actor,
            action="organisation.change",
            object_type="organisation",
            object_id=organisation.pk,
            now=now,
            before={name: before[name] for name in changed},
            after=changed,
        )
        post(organisation_id=organisation.pk, kind="organisation", now=now)
    return organisation


def stop_everything(*, actor: Actor, now: Instant) -> None:
    """No new attempt in any campaign until released; calls that talk go on (CAM-073)."""
    _emergency(actor, now, stopped_at=now)


def release_everything(*, actor: Actor, now: Instant) -> None:
    _emergency(actor, now, stopped_at=None)


def _emergency(actor: Actor, now: Instant, stopped_at: Instant | None) -> None:
    """Stopping what is stopped, or releasing what runs, changes nothing."""
    actor.require(permissions.CAMPAIGNS_RUN)
    with transaction.atomic():
        organisation = _locked(actor)
        if (organisation.emergency_stopped_at is None) == (stopped_at is None):
            return
        organisation.emergency_stopped_at = stopped_at
        organisation.save(update_fields=["emergency_stopped_at"])
        record_audit(
            actor=actor,
            action="organisation.stop" if stopped_at else "organisation.release",
            object_type="organisation",
            object_id=organisation.pk,
            now=now,
        )
        post(organisation_id=organisation.pk, kind="organisation", now=now)


def _locked(actor: Actor) -> Organisation:
    return Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation.pk)


def _checked(settings: Settings) -> dict[str, Any]:
    checked_name(settings.name)
    checked_zone(settings.time_zone)
    checked_language(settings.language)
    country = settings.default_country
    if country and not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        raise BadCountry(field="default_country")
    for name, (low, high) in RANGES.items():
        if not low <= getattr(settings, name) <= high:
            raise OutOfRange(field=name, low=low, high=high)
    if settings.reserved_calls >= settings.licence_calls:
        raise ReserveTooLarge(field="reserved_calls", licence_calls=settings.licence_calls)
    for prefix in settings.blocked_prefixes:
        if not (prefix.isascii() and prefix.isdigit() and len(prefix) <= 15):
            raise BadPrefix(field="blocked_prefixes", prefix=prefix)
    values = asdict(settings)
    values["name"] = checked_name(settings.name)
    values["blocked_prefixes"] = sorted(set(settings.blocked_prefixes))
    return values
