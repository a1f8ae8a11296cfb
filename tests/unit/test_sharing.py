"""Organisations are shared evenly among engine processes, whoever comes and goes."""

from __future__ import annotations

import random

import pytest

from campana.runtime.sharing import GIVE_AT_ONCE, Share, share


class House:
    """Processes that see each other's leases at once; a dead one's are free a look later."""

    def __init__(self, organisations: int) -> None:
        self.holders: dict[int, str | None] = dict.fromkeys(range(1, organisations + 1))
        self.processes: set[str] = set()

    def mine(self, name: str) -> set[int]:
        return {each for each, holder in self.holders.items() if holder == name}

    def look(self, name: str) -> Share:
        plan = share(me=name, processes=self.processes, holders=self.holders, mine=self.mine(name))
        for each in plan.take:
            assert self.holders[each] is None, "taken from somebody who holds it"
            self.holders[each] = name
        for each in plan.give:
            self.holders[each] = None
        return plan

    def die(self, name: str) -> None:
        self.processes.discard(name)
        for each in self.mine(name):
            self.holders[each] = None

    def settle(self, of: random.Random) -> int:
        """Looks until nobody does anything; how many rounds that took."""
        for rounds in range(500):
            order = sorted(self.processes)
            of.shuffle(order)
            plans = [self.look(name) for name in order]
            if all(plan == Share() for plan in plans):
                return rounds
        raise AssertionError("they never come to rest")

    def parts(self) -> list[int]:
        return sorted(len(self.mine(name)) for name in self.processes)


def test_one_process_serves_all_at_once() -> None:
    house = House(200)
    house.processes = {"a"}
    assert len(house.look("a").take) == 200


def test_a_second_process_gets_half_a_few_at_a_time() -> None:
    house = House(200)
    house.processes = {"a"}
    house.look("a")
    house.processes.add("b")
    assert len(house.look("a").give) == GIVE_AT_ONCE
    assert set(house.look("b").take) == {1, 2, 3, 4, 5}
    house.settle(random.Random(1))
    assert house.parts() == [100, 100]


def test_what_a_dead_process_held_is_taken_by_the_others() -> None:
    house = House(200)
    house.processes = {"a", "b", "c"}
    house.settle(random.Random(2))
    assert house.parts() == [66, 67, 67]
    house.die("b")
    house.settle(random.Random(3))
    assert house.parts() == [100, 100]


def test_busy_organisations_are_let_go_last() -> None:
    plan = share(me="a", processes=["a", "b"], holders=dict.fromkeys([1, 2, 3, 4], "a"), mine=[1, 2, 3, 4], busy=[1, 2])
    assert plan == Share(give=(3, 4))


def test_a_process_that_others_do_not_see_yet_counts_itself() -> None:
    assert share(me="b", processes=["a"], holders={1: "a", 2: None}, mine=[]).take == (2,)


@pytest.mark.parametrize("seed", range(30))
def test_whoever_comes_and_goes_all_are_served_and_parts_are_even(seed: int) -> None:
    of = random.Random(seed)
    house = House(of.randint(0, 60))
    for _ in range(12):
        if house.processes and of.random() < 0.4:
            house.die(of.choice(sorted(house.processes)))
        else:
            house.processes.add(f"p{of.randint(1, 9)}")
        for _ in range(of.randint(0, 3)):
            house.look(of.choice(sorted(house.processes or {"p1"})))
    house.processes.add("last")
    house.settle(of)
    assert None not in house.holders.values()
    parts = house.parts()
    assert parts[-1] - parts[0] <= 1
