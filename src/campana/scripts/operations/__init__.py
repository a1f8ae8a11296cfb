"""Result sets: what agents may say about a conversation."""

from campana.scripts.operations.default_set import default_result_set
from campana.scripts.operations.result_sets import (
    NameTaken,
    ResultSetInUse,
    create_result_set,
    delete_result_set,
    save_result_set,
)

__all__ = [
    "NameTaken",
    "ResultSetInUse",
    "create_result_set",
    "default_result_set",
    "delete_result_set",
    "save_result_set",
]
