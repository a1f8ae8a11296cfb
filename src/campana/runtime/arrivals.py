"""Calls that come in, on their way to the engine: a carrier's spelling of the caller becomes international digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from campana.accounts.models import Organisation
from campana.crm.numbers import read_number
from campana.engine import inputs as i


def read(given: Sequence[i.Input], organisation_id: int) -> list[i.Input]:
    """The same inputs; callers' numbers are read with the organisation's country, as if somebody had typed them."""
    if not any(isinstance(each, i.CallArrived | i.SwitchReturned) for each in given):
        return list(given)
    country: str = Organisation.objects.values_list("default_country", flat=True).get(pk=organisation_id)
    return [_read(each, country) for each in given]


def _read(given: i.Input, country: str) -> i.Input:
    if isinstance(given, i.CallArrived):
        return _number(given, country)
    if isinstance(given, i.SwitchReturned):
        legs = (replace(leg, arrived=_number(leg.arrived, country) if leg.arrived else None) for leg in given.legs)
        return i.SwitchReturned(tuple(legs))
    return given


def _number(call: i.CallArrived, country: str) -> i.CallArrived:
    return replace(call, caller=read_number(call.caller, country).number)
