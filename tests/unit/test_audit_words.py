"""Whatever the audit log records is told in words."""

from __future__ import annotations

import re
from pathlib import Path

import campana
from campana.accounts.audit_words import KINDS, action_words

SOURCE = Path(campana.__file__).parent
RECORDED = re.compile(rf'"((?:{"|".join(KINDS)})\.[a-z_]+)"')
NOT_ACTS = {"task.final"}
"""Events of webhooks that happen to look alike."""


def test_every_action_of_an_operation_has_its_words() -> None:
    found = {
        action
        for file in SOURCE.glob("*/operations/**/*.py")
        for action in RECORDED.findall(file.read_text())
        if action not in NOT_ACTS
    }
    assert len(found) > 40, "the pattern no longer finds what is recorded"
    assert sorted(action for action in found if action_words(action).startswith("Another act")) == []
