"""What an edge cache leaves to the API, as docs/scale.md says, is what visitors at random leave."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.capacity import cores, distinct, edge, popularity
from bench.unit_costs import UNITS


def test_pages_touched_are_as_many_as_visitors_at_random_touch() -> None:
    shares = popularity(5_000)
    random = np.random.default_rng(3)
    for requests in (100, 3_000, 20_000):
        touched = [len(np.unique(random.choice(5_000, requests, p=shares))) for _ in range(200)]
        assert distinct(shares, requests) == pytest.approx(np.mean(touched), rel=0.02)


def test_more_places_and_more_generations_leave_more() -> None:
    small = 2_000
    one, many = edge(1, 1, small), edge(300, 1, small)
    assert many.asked > 100 * one.asked
    assert many.made == pytest.approx(one.made)
    assert edge(1, 6, small).made == pytest.approx(6 * one.made, rel=0.01)
    assert one.made <= one.asked <= 2_000 * 6


def test_cores_follow_from_the_unit_costs() -> None:
    a_day = 86_400 / 3  # the busiest hour is three times the mean
    assert cores(a_day * 1e6 / UNITS["hot"].value, 0, UNITS) == pytest.approx(1)
    assert cores(0, a_day * 1e3 / UNITS["made"].value, UNITS) == pytest.approx(1)
