"""What a country's law asks of the whole organisation, taken over where its own rules are looser or none."""

from __future__ import annotations

from dataclasses import fields, replace

from django.db import transaction
from django.utils.translation import gettext as _

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.law import pack_of
from campana.accounts.law.compare import Stricter, stricter
from campana.accounts.law.words import country_name
from campana.accounts.models import Organisation
from campana.accounts.operations.organisation import Settings, change_settings
from campana.accounts.queries.calling_hours import hours_of_every_call
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused
from campana.workforce.models import WorkingHours
from campana.workforce.operations.hours import create_hours


class NothingToTakeOver(Refused):
    code = "nothing_to_take_over"
    status = 409
    detail = "The organisation’s own rules are as strict as the law of its country already."


def take_over_law(*, actor: Actor, now: Instant) -> Stricter:
    """Sets the cap of calls to one number, and makes hours that hold for calls by hand and that campaigns may choose.

    Nothing gets looser; profiles that are there stay as they are. Audited as the two changes they are. Raises
    NotAllowed, NothingToTakeOver, NoHours (own hours and the law's share no minute).
    """
    actor.require(permissions.SETTINGS_MANAGE)
    with transaction.atomic():
        tenant = Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation.pk)
        pack = pack_of(tenant.default_country)
        hours = hours_of_every_call(tenant)
        lacks = stricter(pack, cap=tenant.frequency_cap, hours=hours) if pack else Stricter()
        if not lacks:
            raise NothingToTakeOver
        if lacks.cap is not None:
            settings = replace(_settings(tenant), frequency_cap=lacks.cap)
            change_settings(actor=actor, settings=settings, version=tenant.version, now=now)
        if lacks.hours is not None:
            periods = [[period.weekday, period.start, period.end] for period in lacks.hours]
            create_hours(actor=actor, name=_free_name(tenant), periods=periods, now=now, by_hand=True)
    return lacks


def _settings(tenant: Organisation) -> Settings:
    values = {each.name: getattr(tenant, each.name) for each in fields(Settings)}
    return Settings(**{**values, "blocked_prefixes": tuple(tenant.blocked_prefixes)})


def _free_name(tenant: Organisation) -> str:
    """Profiles of one organisation have different names."""
    name = _("Law: %(country)s") % {"country": country_name(tenant.default_country)}
    taken = {each.lower() for each in WorkingHours.objects.filter(organisation=tenant).values_list("name", flat=True)}
    number, free = 1, name
    while free.lower() in taken:
        number += 1
        free = f"{name} {number}"
    return free
