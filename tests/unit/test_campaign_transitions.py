"""What may be done with a campaign in which state: every state with every verb (appendix C.1)."""

from __future__ import annotations

import pytest

from campana.campaigns.transitions import (
    REFUSALS,
    AlreadyWanted,
    Finishing,
    Verb,
    WrongState,
    allowed,
    move,
)
from campana.engine.words import CampaignState, Wanted

ALLOWED = {
    "draft": "edit create delete add_tasks remove_tasks",
    "processing": "built",
    "not_approved": "edit approve reject delete add_tasks remove_tasks",
    "scheduled": "edit reject delete start pause finish add_tasks remove_tasks",
    "running": "edit start pause finish stop add_tasks remove_tasks",
    "paused": "edit start pause finish stop restart add_tasks remove_tasks",
    "finished": "restart archive delete remove_tasks",
    "archived": "",
}
PAIRS = [(state, verb) for state in CampaignState for verb in Verb]


@pytest.mark.parametrize(("state", "verb"), PAIRS)
def test_each_verb_is_done_or_refused_with_the_code_of_the_state(state: CampaignState, verb: Verb) -> None:
    if verb in ALLOWED[state].split():
        assert allowed(state, verb)
        wanted = Wanted.PAUSE if verb is Verb.START and state is CampaignState.RUNNING else ""
        move(state, wanted, verb)
        return
    with pytest.raises(WrongState) as refused:
        move(state, "", verb)
    assert refused.value.code == REFUSALS[state].code
    assert refused.value.facts == {"state": state, "verb": verb}


def test_every_state_has_a_code_and_words_of_its_own() -> None:
    assert set(REFUSALS) == set(CampaignState)
    assert len({refusal.code for refusal in REFUSALS.values()}) == len(REFUSALS)
    assert len({refusal.detail for refusal in REFUSALS.values()}) == len(REFUSALS)


@pytest.mark.parametrize("state", ["scheduled", "running", "paused"])
@pytest.mark.parametrize("verb", [Verb.START, Verb.PAUSE, Verb.STOP, Verb.ADD_TASKS, Verb.REMOVE_TASKS])
def test_a_campaign_being_finished_can_only_be_read_and_edited(state: str, verb: Verb) -> None:
    if allowed(state, verb):
        with pytest.raises(Finishing):
            move(state, "finish", verb)
    move(state, "finish", Verb.EDIT)


@pytest.mark.parametrize(
    ("state", "reason", "wanted", "verb"),
    [
        ("running", "", "run", Verb.START),
        ("running", "", "", Verb.START),
        ("running", "", "pause", Verb.PAUSE),
        ("paused", "by_user", "pause", Verb.PAUSE),
        ("paused", "by_user", "run", Verb.START),
        ("scheduled", "", "run", Verb.START),
        ("running", "", "finish", Verb.FINISH),
    ],
)
def test_asking_for_the_same_twice_is_refused(state: str, reason: str, wanted: str, verb: Verb) -> None:
    with pytest.raises(AlreadyWanted):
        move(state, wanted, verb, reason=reason)


def test_a_fault_that_was_removed_may_be_said_again() -> None:
    assert move("paused", "run", Verb.START, reason="hotlines_failing").wanted is Wanted.RUN


def test_a_pause_not_carried_out_yet_can_be_taken_back() -> None:
    assert move("running", "pause", Verb.START).wanted is Wanted.RUN


def test_an_automatic_pause_can_be_made_a_persons() -> None:
    assert move("paused", "run", Verb.PAUSE, reason="outside_hours").wanted is Wanted.PAUSE
