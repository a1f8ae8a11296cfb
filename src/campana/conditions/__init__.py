"""The one condition language: fields, operators, ALL and ANY.

A condition is JSON: ``{"all": [...]}``, ``{"any": [...]}`` or ``{"field": "company", "op": "contains",
"value": "Acme"}``. ``parse`` makes a checked, frozen tree of it or names what is wrong and where;
``to_q`` compiles the tree to SQL, ``matches`` evaluates it in memory, and both mean the same.
"""

from campana.conditions.fields import Field, Kind, Moment, Operator, Registry
from campana.conditions.memory import matches
from campana.conditions.sql import to_q
from campana.conditions.tree import All, AnyOf, BadCondition, Problem, Test, Tree, as_json, parse

__all__ = [
    "All",
    "AnyOf",
    "BadCondition",
    "Field",
    "Kind",
    "Moment",
    "Operator",
    "Problem",
    "Registry",
    "Test",
    "Tree",
    "as_json",
    "matches",
    "parse",
    "to_q",
]
