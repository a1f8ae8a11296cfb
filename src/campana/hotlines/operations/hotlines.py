"""Our numbers: added, changed, switched on and off, released from their rest (CAM-413, CAM-414)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.rights import unchanged
from campana.crm.numbers import read_number
from campana.hotlines.models import Hotline, Trunk
from campana.hotlines.operations import common
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound, Refused
from campana.kernel.stamps import stamp


class BadNumber(Invalid):
    code = "bad_number"
    detail = "This is not a telephone number. Write it with its country code, for example +420 800 111 222."


class NumberTaken(Invalid):
    code = "number_taken"
    detail = "This number is a hotline already."


class NoSuchTrunk(Invalid):
    code = "no_such_trunk"
    detail = "There is no such trunk. Choose one from the list."


class HasHistory(Refused):
    code = "hotline_has_history"
    detail = "Calls were made from this hotline, so it stays for the reports. Switch it off instead."


class NotResting(Refused):
    code = "hotline_not_resting"
    detail = "The hotline does not rest."


def create_hotline(*, actor: Actor, number: str, trunk_id: int, label: str = "", now: Instant) -> Hotline:
    """``number`` as people write it. Raises BadNumber, NumberTaken, NoSuchTrunk."""
    actor.require(permissions.HOTLINES_MANAGE)
    reading = read_number(number, actor.organisation.default_country)
    if not reading.number:
        raise BadNumber(field="number")
    with transaction.atomic():
        hotline = Hotline(organisation=actor.organisation, number=reading.number)
        _fill(hotline, actor, trunk_id=trunk_id, label=label)
        common.saved(hotline, NumberTaken(field="number"))
        common.told(actor, "hotline.create", hotline, now, number=hotline.number)
    return hotline


def change_hotline(*, hotline_id: int, actor: Actor, now: Instant, seen: str | None = None, **values: Any) -> Hotline:
    """Change what is given: label, trunk_id, enabled. Switching off what a campaign shows is refused.

    Raises ChangedMeanwhile when ``seen`` is no longer its stamp.
    """
    actor.require(permissions.HOTLINES_MANAGE)
    with transaction.atomic():
        hotline = _locked(hotline_id, actor)
        unchanged(seen, stamp_of(hotline))
        if values.get("enabled") is False and hotline.enabled:
            common.refuse_if_used(Hotline.objects.filter(pk=hotline.pk))
        _fill(hotline, actor, **values)
        common.saved(hotline, NumberTaken(field="number"))
        common.told(actor, "hotline.change", hotline, now, **values)
    return hotline


def stamp_of(hotline: Hotline) -> str:
    shown_by = sorted(hotline.own_of.values_list("agent_id", flat=True))
    return stamp(hotline.label, hotline.trunk_id, hotline.enabled, shown_by)


def release_hotline(*, hotline_id: int, actor: Actor, now: Instant) -> Hotline:
    """End the rest of a hotline that failed: it is tried again at once."""
    actor.require(permissions.HOTLINES_MANAGE)
    with transaction.atomic():
        hotline = _locked(hotline_id, actor)
        if hotline.resting_until is None or hotline.resting_until <= now:
            raise NotResting()
        hotline.resting_until = None
        hotline.save(update_fields=["resting_until"])
        common.told(actor, "hotline.release", hotline, now)
    return hotline


def delete_hotline(*, hotline_id: int, actor: Actor, now: Instant) -> None:
    actor.require(permissions.HOTLINES_MANAGE)
    with transaction.atomic():
        hotline = _locked(hotline_id, actor)
        common.refuse_if_used(Hotline.objects.filter(pk=hotline.pk))
        if hotline.attempt_set.exists() or hotline.campaigns.exists():
            raise HasHistory()
        common.told(actor, "hotline.delete", hotline, now, number=hotline.number)
        hotline.delete()


def _locked(pk: int, actor: Actor) -> Hotline:
    hotline = Hotline.objects.select_for_update().filter(pk=pk, organisation=actor.organisation).first()
    if hotline is None:
        raise NotFound(kind="hotline")
    return hotline


def _fill(hotline: Hotline, actor: Actor, **values: Any) -> None:
    if "label" in values:
        hotline.label = common.name_of(values["label"], optional=True)
    if "trunk_id" in values:
        trunk = Trunk.objects.filter(pk=values["trunk_id"], organisation=actor.organisation).first()
        if trunk is None:
            raise NoSuchTrunk(field="trunk_id")
        hotline.trunk = trunk
    if "enabled" in values:
        hotline.enabled = bool(values["enabled"])
