"""Connections to carriers, with their limits."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.rights import unchanged
from campana.hotlines.models import Hotline, Trunk
from campana.hotlines.operations import common
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound, Refused
from campana.kernel.stamps import stamp

MAX_CHANNELS, MAX_RATE = 10_000, 1000.0


class BadChannels(Invalid):
    code = "bad_channels"
    detail = "Channels are a whole number from 1 to {high}."


class BadRate(Invalid):
    code = "bad_rate"
    detail = "Calls a second are more than 0 and at most {high}."


class TrunkHasHotlines(Refused):
    code = "trunk_has_hotlines"
    detail = "Hotlines go over this trunk: {users}. Move or delete them first."


def create_trunk(
    *, actor: Actor, name: str, endpoint: str, channels: int = 30, calls_per_second: float = 10.0, now: Instant
) -> Trunk:
    actor.require(permissions.HOTLINES_MANAGE)
    with transaction.atomic():
        trunk = Trunk(organisation=actor.organisation)
        _fill(trunk, name=name, endpoint=endpoint, channels=channels, calls_per_second=calls_per_second)
        common.saved(trunk, common.NameTaken(field="name"))
        common.told(actor, "trunk.create", trunk, now, name=trunk.name, endpoint=trunk.endpoint)
    return trunk


def change_trunk(*, trunk_id: int, actor: Actor, now: Instant, seen: str | None = None, **values: Any) -> Trunk:
    """Change what is given: name, endpoint, channels, calls_per_second, enabled. Raises InUse, ChangedMeanwhile when
    ``seen`` is no longer its stamp."""
    actor.require(permissions.HOTLINES_MANAGE)
    with transaction.atomic():
        trunk = _locked(trunk_id, actor)
        unchanged(seen, stamp_of(trunk))
        _fill(trunk, **values)
        if values.get("enabled") is False:
            common.refuse_if_used(Hotline.objects.filter(trunk=trunk, enabled=True))
        common.saved(trunk, common.NameTaken(field="name"))
        common.told(actor, "trunk.change", trunk, now, **values)
    return trunk


def stamp_of(trunk: Trunk) -> str:
    return stamp(trunk.name, trunk.endpoint, trunk.channels, trunk.calls_per_second, trunk.enabled)


def delete_trunk(*, trunk_id: int, actor: Actor, now: Instant) -> None:
    actor.require(permissions.HOTLINES_MANAGE)
    with transaction.atomic():
        trunk = _locked(trunk_id, actor)
        numbers = list(trunk.hotlines.order_by("number").values_list("number", flat=True)[:5])
        if numbers or trunk.attempt_set.exists():
            raise TrunkHasHotlines(users=", ".join(numbers) or "…")
        common.told(actor, "trunk.delete", trunk, now, name=trunk.name)
        trunk.delete()


def _locked(pk: int, actor: Actor) -> Trunk:
    trunk = Trunk.objects.select_for_update().filter(pk=pk, organisation=actor.organisation).first()
    if trunk is None:
        raise NotFound(kind="trunk")
    return trunk


def _fill(trunk: Trunk, **values: Any) -> None:
    if "name" in values:
        trunk.name = common.name_of(values["name"])
    if "endpoint" in values:
        trunk.endpoint = common.endpoint_of(values["endpoint"])
    if "channels" in values:
        trunk.channels = _channels(values["channels"])
    if "calls_per_second" in values:
        trunk.calls_per_second = _rate(values["calls_per_second"])
    if "enabled" in values:
        trunk.enabled = bool(values["enabled"])


def _channels(typed: Any) -> int:
    try:
        channels = int(typed)
    except (TypeError, ValueError):
        channels = 0
    if not 1 <= channels <= MAX_CHANNELS:
        raise BadChannels(field="channels", high=MAX_CHANNELS)
    return channels


def _rate(typed: Any) -> float:
    try:
        rate = float(str(typed).replace(",", "."))
    except (TypeError, ValueError):
        rate = 0.0
    if not 0 < rate <= MAX_RATE:
        raise BadRate(field="calls_per_second", high=int(MAX_RATE))
    return rate
