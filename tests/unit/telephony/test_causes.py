"""Asterisk's words for an end, as measured on Asterisk 22, become causes."""

from __future__ import annotations

import pytest

from campana.engine.words import Cause
from campana.telephony.asterisk.causes import Ending, Side, cause_of, sip_code


def ending(
    *,
    answered: bool = False,
    alerted: bool = True,
    asked: bool = False,
    by: Side | None = Side.FAR,
    q850: int = 0,
    sip: int | None = None,
) -> Ending:
    return Ending(answered=answered, alerted=alerted, asked=asked, by=by, q850=q850, sip=sip)


@pytest.mark.parametrize(
    ("q850", "sip", "cause"),
    [
        (17, 486, Cause.BUSY),
        (17, 600, Cause.BUSY),
        (21, 603, Cause.REJECTED),
        (127, 607, Cause.REJECTED),
        (127, 608, Cause.REJECTED),
        (21, 403, Cause.REJECTED),
        (1, 404, Cause.NOT_FOUND),
        (1, 604, Cause.NOT_FOUND),
        (22, 410, Cause.NOT_FOUND),
        (28, 484, Cause.NOT_FOUND),
        (19, 480, Cause.UNAVAILABLE),
        (127, 487, Cause.UNAVAILABLE),
        (23, 302, Cause.UNAVAILABLE),
        (34, 503, Cause.CONGESTION),
        (38, 500, Cause.CONGESTION),
        (102, 504, Cause.CONGESTION),
        (21, 401, Cause.TRUNK_DEAD),
        (21, 402, Cause.TRUNK_DEAD),
        (21, 407, Cause.TRUNK_DEAD),
        (17, None, Cause.BUSY),
        (1, None, Cause.NOT_FOUND),
        (34, None, Cause.CONGESTION),
        (0, None, Cause.LOST),
    ],
)
def test_a_refusal_before_the_answer_has_its_cause(q850: int, sip: int | None, cause: Cause) -> None:
    refusal = ending(q850=q850, sip=sip)
    assert cause_of(refusal) is cause
    assert sip_code(refusal) == sip


def test_a_480_of_the_carrier_is_not_our_time_out() -> None:
    assert cause_of(ending(q850=19, sip=480, by=Side.FAR)) is Cause.UNAVAILABLE
    assert cause_of(ending(q850=19, sip=480, by=Side.INSIDE)) is Cause.RING_TIMEOUT


def test_our_time_out_without_a_word_of_the_carrier_is_a_dead_trunk() -> None:
    silent = ending(q850=19, sip=480, by=Side.INSIDE, alerted=False)
    assert cause_of(silent) is Cause.TRUNK_DEAD
    assert sip_code(silent) is None, "nobody out there said 480"


def test_a_408_counts_by_whether_it_rang() -> None:
    assert cause_of(ending(q850=18, sip=408, alerted=True)) is Cause.RING_TIMEOUT
    assert cause_of(ending(q850=18, sip=408, alerted=False)) is Cause.TRUNK_DEAD


def test_our_own_hang_up_is_ours_before_and_after_the_answer() -> None:
    for answered in (False, True):
        ours = ending(answered=answered, asked=True, by=Side.INSIDE, q850=16, sip=603)
        assert cause_of(ours) is Cause.WE_HUNG_UP
        assert sip_code(ours) is None


def test_a_busy_that_came_before_our_hang_up_stays_busy() -> None:
    assert cause_of(ending(asked=True, by=Side.FAR, q850=17, sip=486)) is Cause.BUSY


def test_the_far_end_hangs_up_after_the_answer_whatever_it_says() -> None:
    for q850 in (16, 17, 19, 34):
        talked = ending(answered=True, q850=q850)
        assert cause_of(talked) is Cause.HUNG_UP
        assert sip_code(talked) is None


def test_a_hang_up_from_inside_that_we_did_not_ask_for_is_lost() -> None:
    assert cause_of(ending(answered=True, by=Side.INSIDE, q850=16)) is Cause.LOST
    assert cause_of(ending(by=Side.INSIDE, q850=16)) is Cause.LOST


def test_without_a_word_who_began_our_asking_decides() -> None:
    assert cause_of(ending(by=None, asked=True, q850=16)) is Cause.WE_HUNG_UP
    assert cause_of(ending(by=None, answered=True, q850=16)) is Cause.HUNG_UP
