"""Result sets and scripts: what agents say, and what they may say about it afterwards."""

from campana.scripts.operations.default_script import default_script
from campana.scripts.operations.default_set import default_result_set
from campana.scripts.operations.result_sets import (
    NameTaken,
    ResultSetInUse,
    create_result_set,
    delete_result_set,
    save_result_set,
    stamp_of,
)
from campana.scripts.operations.scripts import archive_script, create_script, save_script

__all__ = [
    "NameTaken",
    "ResultSetInUse",
    "archive_script",
    "create_result_set",
    "create_script",
    "default_result_set",
    "default_script",
    "delete_result_set",
    "save_result_set",
    "save_script",
    "stamp_of",
]
