"""Random numbers by name."""

import pytest

from orchestration.sample.draws import Draws

KEYS = [("income", year, area) for year in range(2014, 2024) for area in range(100)]


def test_same_key_same_number_whatever_was_drawn_before():
    first = Draws(7).uniform("a", 1)
    draws = Draws(7)
    draws.uniform("something else")
    assert draws.uniform("a", 1) == first


def test_seed_and_every_part_of_the_key_matter():
    numbers = {
        Draws(7).uniform("a", 1),
        Draws(8).uniform("a", 1),
        Draws(7).uniform("a", 2),
        Draws(7).uniform("b", 1),
    }
    assert len(numbers) == 4


def test_numbers_are_the_same_on_every_machine():
    assert Draws(1).uniform("pinned") == 0.23643775773234665


@pytest.mark.parametrize(("method", "low", "high"), [("uniform", 0, 1), ("wobble", -1, 1)])
def test_numbers_stay_in_their_range_and_fill_it(method, low, high):
    numbers = [getattr(Draws(3), method)(*key) for key in KEYS]
    assert low <= min(numbers) < max(numbers) < high
    assert abs(sum(numbers) / len(numbers) - (low + high) / 2) < 0.03


def test_chance_follows_its_probability():
    assert abs(sum(Draws(3).chance(0.2, *key) for key in KEYS) / len(KEYS) - 0.2) < 0.04
