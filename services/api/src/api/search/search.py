"""Search: candidates by name, by import name and by words, in one order."""

from collections.abc import Sequence

import msgspec

from api.answers.package import Document, found
from api.database import QUERIES, Connection, Row, every
from api.lists.listing import Filters, narrowed
from api.search.candidates import named_by
from api.search.names import canonical_or_same
from api.search.postings import read_postings
from api.search.ranking import WEIGHTS, Candidates, Ranking, Weights
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
    """Give a page of packages, the likeliest meant first."""
    typed = canonical_or_same(asked.query.strip().lower().replace(" ", "-"))
    if not typed:
        return Results([], 0, [])
    ranking = Ranking(await candidates(connection, asked.query, vocabulary), weights)
    kept = await _narrowed(connection, ranking.order(MOST_RANKED), asked.filters)
    documents = await _documents(connection, ranking, kept[asked.start : asked.start + MOST])
    if not asked.start and not ranking.named_exactly:
        documents = [*await _reported(connection, typed), *documents]
    total = max(len(kept), len(documents))
    nearest = [] if total else vocabulary.words.nearest(typed_words(asked.query), NEAREST)
    return Results(documents, total, nearest)


async def candidates(connection: Connection, query: str, vocabulary: Vocabulary) -> Candidates:
    """Give all that may be meant."""
    typed = canonical_or_same(query.strip().lower().replace(" ", "-"))
    words = typed_words(query)
    said = ways(words)
    postings = await read_postings(connection, query, words, said)
    spaced = " " in query.strip()
    named = await named_by(connection, typed, spaced, postings, vocabulary.names)
    return Candidates(words, said, postings.words, named)


async def _narrowed(connection: Connection, ids: list[int], filters: Filters) -> list[int]:
    """Give those that pass the filters, in their order."""
    if filters == EVERYTHING:
        return ids
    statement, values = narrowed(filters, QUERIES.search_narrowed.sql)
    passing = {row["package_id"] for row in await connection.fetch(statement, *values, ids)}
    return [each for each in ids if each in passing]


async def _documents(
    connection: Connection, ranking: Ranking, page: Sequence[int]
) -> list[Document]:
    found_rows = await every(QUERIES.search_rows(connection, ids=page))
    rows = {row["package_id"]: row for row in found_rows}
    told = ((rows[each], ranking.told(each)) for each in page if each in rows)
    return [found(row) | {"match": how.match, "why": how.why} for row, how in told]


async def _reported(connection: Connection, typed: str) -> list[Document]:
    """Give a name that PyPI no longer has, where reports of malicious code know it."""
    rows: Sequence[Row] = await every(QUERIES.search_reported(connection, name=typed))
    return [found(row) | {"match": "exact", "why": "its very name"} for row in rows]
