"""Days on which campaigns do not call (CAM-438)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid
from campana.workforce.models import Holiday
from campana.workforce.operations import common
from campana.workforce.public_holidays import COUNTRIES, public_holidays


class DayTaken(Invalid):
    code = "holiday_taken"
    detail = "This day is a holiday already."


class BadCountry(Invalid):
    code = "bad_country"
    detail = "There is no list for this country. Known are: {countries}."


class BadYear(Invalid):
    code = "bad_year"
    detail = "Choose a year from {low} to {high}."


class BadDay(Invalid):
    code = "bad_day"
    detail = "This is not a date such as 2030-12-24."


def add_holiday(*, actor: Actor, day: date | str, name: str, country: str = "", now: Instant) -> Holiday:
    actor.require(permissions.HOURS_MANAGE)
    with transaction.atomic():
        row = Holiday(
            organisation=actor.organisation,
            day=_day(day),
            name=common.name_of(name),
            country=country.strip().upper()[:2],
        )
        try:
            common.saved(row)
        except common.NameTaken:
            raise DayTaken(field="day") from None
        common.audited(actor, "holiday.add", "holiday", row.pk, now, day=row.day.isoformat(), name=row.name)
        _ring_campaigns(actor, now)
    return row


def add_public_holidays(*, actor: Actor, country: str, year: int, now: Instant) -> int:
    """The fixed and reckoned public holidays of a country; days that are there already stay. How many are new."""
    actor.require(permissions.HOURS_MANAGE)
    if country not in COUNTRIES:
        raise BadCountry(field="country", countries=", ".join(COUNTRIES))
    low, high = now.year - 1, now.year + 5
    if not low <= year <= high:
        raise BadYear(field="year", low=low, high=high)
    days = public_holidays(country, year)
    with transaction.atomic():
        before = Holiday.objects.filter(organisation=actor.organisation).count()
        Holiday.objects.bulk_create(
            [Holiday(organisation=actor.organisation, day=day, name=name, country=country) for day, name in days],
            ignore_conflicts=True,
        )
        added = Holiday.objects.filter(organisation=actor.organisation).count() - before
        common.audited(actor, "holiday.add_public", "holiday", country, now, year=year, added=added)
        _ring_campaigns(actor, now)
    return added


def remove_holiday(*, holiday_id: int, actor: Actor, now: Instant) -> None:
    """A day of one's own is deleted; a public one is only taken out, so that the list does not bring it back."""
    actor.require(permissions.HOURS_MANAGE)
    with transaction.atomic():
        row = common.locked(Holiday, holiday_id, actor, "holiday")
        common.audited(actor, "holiday.remove", "holiday", row.pk, now, day=row.day.isoformat(), name=row.name)
        if row.country:
            row.taken_out = True
            row.save(update_fields=["taken_out"])
        else:
            row.delete()
        _ring_campaigns(actor, now)


def put_back_holiday(*, holiday_id: int, actor: Actor, now: Instant) -> None:
    """A public holiday that was taken out holds again."""
    actor.require(permissions.HOURS_MANAGE)
    with transaction.atomic():
        row = common.locked(Holiday, holiday_id, actor, "holiday")
        row.taken_out = False
        row.save(update_fields=["taken_out"])
        common.audited(actor, "holiday.put_back", "holiday", row.pk, now, day=row.day.isoformat(), name=row.name)
        _ring_campaigns(actor, now)


def _day(typed: date | str) -> date:
    if isinstance(typed, date):
        return typed
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise BadDay(field="day") from None


def _ring_campaigns(actor: Actor, now: Instant) -> None:
    live = actor.organisation.campaign_set.filter(state__in=["scheduled", "running", "paused"], holidays=True)
    for pk in live.values_list("pk", flat=True):
        common.ring(actor, "campaign", now, id=pk)
    common.ring(actor, "hotlines", now)
