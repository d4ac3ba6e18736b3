"""Search: candidates by name, by import name and by words, in one order."""

from collections.abc import Sequence

import msgspec

from api.answers.package import Document, found
from api.database import QUERIES, Connection, every
from api.lists.listing import Filters, narrowed
from api.search.candidates import ask, named_by
from api.search.names import typed_name
from api.search.postings import read_postings
from api.search.ranking import WEIGHTS, Candidates, Match, Ranking, Weights
from api.search.terms import typed_words, ways
from api.search.typo_index import Vocabulary

MOST = 20
"""Results of one page."""
MOST_RANKED = 500
"""Results of one search, over all its pages."""
NEAREST = 5
"""Words offered where nothing was found."""
EVERYTHING = Filters()


class Results(msgspec.Struct, frozen=True):
    """What was found: one page of it, how much there is, and what is near where nothing is."""

    packages: list[Document]
    total: int
    nearest: list[str]


class Asked(msgspec.Struct, frozen=True):
    """What is looked for."""

    query: str
    filters: Filters = EVERYTHING
    start: int = 0
    """Results that earlier pages had."""


async def search(
    connection: Connection, asked: Asked, vocabulary: Vocabulary, weights: Weights = WEIGHTS
) -> Results:
    """Return a page of packages, the likeliest meant first."""
    typed = typed_name(asked.query)
    if not typed:
        return Results([], 0, [])
    ranking = Ranking(await candidates(connection, asked.query, vocabulary), weights)
    kept = await _narrowed(connection, ranking.order(MOST_RANKED), asked.filters)
    page = kept[asked.start : asked.start + MOST]
    reported = None if asked.start or ranking.named_exactly else typed
    documents = await _documents(connection, ranking, page, reported)
    total = max(len(kept), len(documents))
    nearest = [] if total else vocabulary.words.nearest(typed_words(asked.query), NEAREST)
    return Results(documents, total, nearest)


async def candidates(connection: Connection, query: str, vocabulary: Vocabulary) -> Candidates:
    """Return all that may be meant."""
    words = typed_words(query)
    said = ways(words)
    rows = await ask(connection, query, words, said, vocabulary.names)
    postings = read_postings(query, rows)
    named = named_by(typed_name(query), " " in query.strip(), rows, postings)
    return Candidates(words, said, postings.words, named)


async def _narrowed(connection: Connection, ids: list[int], filters: Filters) -> list[int]:
    """Return those that pass the filters, in their order."""
    if filters == EVERYTHING:
        return ids
    statement, values = narrowed(filters, QUERIES.search_narrowed.sql)
    passing = {row["package_id"] for row in await connection.fetch(statement, *values, ids)}
    return [each for each in ids if each in passing]


async def _documents(
    connection: Connection, ranking: Ranking, page: Sequence[int], reported: str | None
) -> list[Document]:
    """Return a page; before it a name that PyPI no longer has, where malware reports know it."""
    rows = await every(QUERIES.search_rows(connection, ids=page, reported=reported))
    matches = {None: Match("exact", "its very name")} | {each: ranking.match(each) for each in page}
    by_id = {row["package_id"]: row for row in rows}
    return [
        found(by_id[each]) | {"match": how.match, "why": how.why}
        for each, how in matches.items()
        if each in by_id
    ]
