"""Judge the api's search on given names: `python -m evaluation.search`.

search --data NAMES --queries JUDGED [--out FOUND]
fit --data NAMES --queries JUDGED
"""

import argparse
import asyncio
import csv
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from api.database import Connection, Publication
from api.search.ranking import WEIGHTS
from api.search.search import Asked, Results, candidates, search
from api.search.typo_index import Spelling
from evaluation.search_fit import Question, fit, guards, measure, split
from evaluation.search_world import QUERIES, World, space, world

TIMES = 3
"""How often each query is asked, the first time with cold caches of PostgreSQL."""
FOLLOWED = 10


class Judged(NamedTuple):
    """A query, its kind, and the names of which any is right."""

    query: str
    kind: str
    expected: list[str]


class Answered(NamedTuple):
    """The names found for a query, and the seconds it took each time."""

    names: list[str]
    seconds: list[float]


def read_judged(file: Path) -> list[Judged]:
    """Read tab-separated lines `query, kind, expected`; without the last two none is judged."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return [
            Judged(row["query"], row.get("kind") or "all", (row.get("expected") or "").split(","))
            for row in rows
        ]


async def ask_all(there: World, judged: Sequence[Judged]) -> list[Answered]:
    """Ask every query alone, uncached."""
    spelling = Spelling()
    await there.database.read(spelling.vocabulary)
    answers = [Answered([], []) for _ in judged]
    for _ in range(TIMES):
        for each, answer in zip(judged, answers, strict=True):
            started = time.perf_counter()
            found = await _ask(there, spelling, each.query)
            answer.seconds.append(time.perf_counter() - started)
            answer.names[:] = [package["name"] for package in found.packages]
    return answers


async def _ask(there: World, spelling: Spelling, query: str) -> Results:
    async def find(connection: Connection, publication: Publication) -> Results:
        vocabulary = await spelling.vocabulary(connection, publication)
        return await search(connection, Asked(query), vocabulary)

    _, found = await there.database.read(find)
    return found


def judge(judged: Sequence[Judged], answers: Sequence[Answered]) -> Iterator[str]:
    """Yield the judge's lines: in all, and by kind."""
    places: dict[str, list[int | None]] = defaultdict(list)
    for each, answer in zip(judged, answers, strict=True):
        top = enumerate(answer.names[:FOLLOWED], start=1)
        place = next((at for at, name in top if name in each.expected), None)
        for kind in dict.fromkeys(("all", each.kind)):
            places[kind].append(place)
    for kind, found in places.items():
        first = sum(place == 1 for place in found) / len(found)
        five = sum(place is not None and place <= 5 for place in found) / len(found)
        reciprocal = sum(1 / place for place in found if place) / len(found)
        yield (
            f"{kind:7} n {len(found):3}  hit@1 {first:.3f}  hit@5 {five:.3f}  "
            f"MRR@10 {reciprocal:.3f}"
        )


def write_found(file: Path, judged: Sequence[Judged], answers: Sequence[Answered]) -> None:
    """Write lines of query, place and name."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines, delimiter="\t", lineterminator="\n")
        rows.writerow(("query", "place", "name"))
        for each, answer in zip(judged, answers, strict=True):
            rows.writerows((each.query, at, name) for at, name in enumerate(answer.names, 1))


async def evaluated(data: Path, queries: Path, out: Path | None) -> None:
    """Print how well and how fast the search does, and what it costs."""
    judged = read_judged(queries)
    async with world(data) as there:
        answers = await ask_all(there, judged)
        now, before = await space(there.owner)
    if out:
        write_found(out, judged, answers)
    print("\n".join(judge(judged, answers)))
    taken = 1000 * np.array([answer.seconds for answer in answers]).ravel()
    print(
        f"uncached, one at a time: median {np.median(taken):.1f} ms, "
        f"p99 {np.quantile(taken, 0.99):.1f} ms, {len(taken)} questions"
    )
    print(f"space in PostgreSQL: {now / 1e6:.0f} MB, {now / before:.2f} times that without words")
    print(f"added to a night: {there.added_seconds:.1f} s")


async def fitted(data: Path, queries: Path) -> None:
    """Print the weights fitted on two thirds of the queries, and how the others do."""
    judged = read_judged(queries)
    async with world(data) as there:
        spelling = Spelling()
        known = [await _candidates(there, spelling, each.query, each.expected) for each in judged]
        names = [row["name"] async for row in QUERIES.names_to_guard(there.owner)]
        kept = [
            await _candidates(there, spelling, typed, [name], 0.35) for typed, name in guards(names)
        ]
    seen, held_out = split(known)
    weights = fit([*seen, *kept], WEIGHTS)
    print(f"fitted on two thirds: {measure(seen, weights)}")
    print(f"held out:             {measure(held_out, weights)}")
    print(f"as they are in code:  {measure(seen, WEIGHTS)} {measure(held_out, WEIGHTS)}")
    print(weights)
    print(f"fitted on all:        {fit([*known, *kept], weights)}")


async def _candidates(
    there: World, spelling: Spelling, query: str, expected: list[str], weight: float = 1.0
) -> Question:
    async def read(connection: Connection, publication: Publication) -> Question:
        vocabulary = await spelling.vocabulary(connection, publication)
        found = await candidates(connection, query, vocabulary)
        numbers = [row["package_id"] async for row in QUERIES.numbers(connection, names=expected)]
        return Question(found, frozenset(numbers), weight)

    _, known = await there.database.read(read)
    return known


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the task that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.search", description=__doc__)
    parser.add_argument("task", choices=("search", "fit"))
    parser.add_argument("--data", type=Path, required=True, help="name, rank, month, summary")
    parser.add_argument("--queries", type=Path, required=True, help="query, kind, expected")
    parser.add_argument("--out", type=Path, help="file for query, place, name")
    given = parser.parse_args(arguments)
    if given.task == "fit":
        asyncio.run(fitted(given.data, given.queries))
    else:
        asyncio.run(evaluated(given.data, given.queries, given.out))


if __name__ == "__main__":
    main()
