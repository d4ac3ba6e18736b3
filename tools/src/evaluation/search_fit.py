"""The weights of search, fitted on judged queries and tried on those held out."""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from api.search.ranking import Candidates, Ranking, Weights

HELD_OUT = 3
"""One query of so many is held out."""
ROUNDS = 400
FIXED = ("words", "warned")
"""Weights that give the scale, or that no judged query speaks of."""
FOLLOWED = 10
"""Places in which an expected name still counts."""
CAUTION = 0.02
"""What leaving the weights that were begun with costs, so that few queries do not bend them far."""


class Question(NamedTuple):
    """A judged query: what may be meant by it, and what is."""

    found: Candidates
    expected: frozenset[int]
    weight: float = 1.0


class Measured(NamedTuple):
    """Shares of queries whose right package is first, or among five."""

    first: float
    five: float
    goal: float


def measure(queries: Sequence[Question], weights: Weights) -> Measured:
    """Return how well some weights do."""
    first = five = goal = total = 0.0
    for each in queries:
        ranking = Ranking(each.found, weights)
        place = _place(ranking.order(FOLLOWED), each.expected)
        first += each.weight * (place == 1)
        five += each.weight * (place is not None and place <= 5)
        goal += each.weight * (1 / place if place else 0)
        total += each.weight
    return Measured(first / total, five / total, (first + five + goal) / total / 3)


def _place(order: Sequence[int], expected: frozenset[int]) -> int | None:
    return next((at for at, number in enumerate(order, 1) if number in expected), None)


def split(queries: Sequence[Question]) -> tuple[list[Question], list[Question]]:
    """Return the queries to fit on, and those held out."""
    fitted = [each for at, each in enumerate(queries) if at % HELD_OUT]
    return fitted, [each for at, each in enumerate(queries) if at % HELD_OUT == 0]


def fit(queries: Sequence[Question], begin: Weights, seed: int = 1) -> Weights:
    """Return weights that do better, changed one or two at a time as long as that helps."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    best, reached = begin, measure(queries, begin).goal
    for _ in range(ROUNDS):
        names = chance.sample([name for name in Weights._fields if name not in FIXED], 2)
        tried = best._replace(
            **{
                name: round(max(0.0, getattr(best, name) * chance.uniform(0.6, 1.6)), 3)
                for name in names
            }
        )
        goal = measure(queries, tried).goal - CAUTION * _distance(tried, begin)
        if goal > reached:
            best, reached = tried, goal
    return best


def _distance(one: Weights, other: Weights) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


def guards(names: Sequence[str], seed: int = 3, each: int = 60) -> Iterator[tuple[str, str]]:
    """Yield what is typed for names: they themselves, their typos and beginnings.

    So that fitting words does not lose them.
    """
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    for name in chance.sample(names, min(len(names), 3 * each)):
        yield name, name
    for name in chance.sample(names[:1500], min(len(names), each)):
        if len(name) > 6:
            at = chance.randrange(1, len(name) - 1)
            yield name[:at] + name[at + 1] + name[at] + name[at + 2 :], name
    for name in names[:20]:
        yield name[: max(3, len(name) // 2)], name
