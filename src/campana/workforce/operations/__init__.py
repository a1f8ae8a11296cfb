"""Agents, groups of people, working hours and holidays."""

from campana.workforce.operations.agents import add_agent, change_agent, remove_agent, set_presence
from campana.workforce.operations.groups import create_group, delete_group, save_group
from campana.workforce.operations.holidays import (
    add_holiday,
    add_public_holidays,
    put_back_holiday,
    remove_holiday,
)
from campana.workforce.operations.hours import create_hours, delete_hours, save_hours
from campana.workforce.operations.limits import limit_key, limit_person

__all__ = [
    "add_agent",
    "add_holiday",
    "add_public_holidays",
    "change_agent",
    "create_group",
    "create_hours",
    "delete_group",
    "delete_hours",
    "limit_key",
    "limit_person",
    "put_back_holiday",
    "remove_agent",
    "remove_holiday",
    "save_group",
    "save_hours",
    "set_presence",
]
