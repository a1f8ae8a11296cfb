"""``bin/demo --headless --until-finished``: the demo's campaign to its end, as fast as the machine can."""

from __future__ import annotations


def run_to_the_end(*, as_json: bool, contacts: int, seed: int) -> int:
    raise NotImplementedError
