"""Search: what people type, from the surest kind of match to the loosest."""

from collections.abc import Sequence

from api.answers.package import Document, found
from api.database import QUERIES, Connection, Row, every
from api.search.names import canonical_or_same
from api.search.typo_index import Names

MOST = 20
"""Results of one search."""
ENOUGH = 10
"""With so many names found, misspellings are not looked for; nor are more of them given, so that
words have their room."""
CONSIDERED = 40
"""Names close to what was typed of which the database tells the most used."""
SHORT = 4
"""Letters up to which all prefixes are made beforehand."""
LAST_LETTER = "\U0010ffff"
"""Beyond every name that starts with a prefix."""


async def search(connection: Connection, query: str, names: Names) -> list[Document]:
    """Give at most 20 packages: the very name, prefixes, misspellings, words; each once."""
    typed = canonical_or_same(query.strip().lower().replace(" ", "-"))
    results: dict[str, Document] = {}
    if not typed:
        return []
    _add(results, "exact", await _exact(connection, typed))
    _add(results, "prefix", await _prefixed(connection, typed))
    if len(results) < ENOUGH:
        _add(results, "typo", await _misspelt(connection, typed, names))
    if len(results) < MOST:
        _add(results, "words", await _by_words(connection, query))
    return list(results.values())[:MOST]


async def _exact(connection: Connection, typed: str) -> Sequence[Row]:
    found = await every(QUERIES.search_exact(connection, name=typed))
    return found or await every(QUERIES.search_reported(connection, name=typed))


async def _misspelt(connection: Connection, typed: str, names: Names) -> Sequence[Row]:
    meant = names.meant(typed, CONSIDERED)
    if not meant:
        return []
    found = QUERIES.search_meant(
        connection,
        names=[name for _, name in meant],
        mistakes=[mistakes for mistakes, _ in meant],
        most=ENOUGH,
    )
    return await every(found)


def _add(results: dict[str, Document], match: str, rows: Sequence[Row]) -> None:
    for row in rows:
        results.setdefault(row["name"], found(row) | {"match": match})


async def _prefixed(connection: Connection, typed: str) -> Sequence[Row]:
    known = await every(QUERIES.search_known_prefix(connection, prefix=typed, most=MOST))
    if known or len(typed) <= SHORT:
        return known
    beyond = typed + LAST_LETTER
    return await every(QUERIES.search_prefix(connection, prefix=typed, beyond=beyond, most=MOST))


async def _by_words(connection: Connection, query: str) -> Sequence[Row]:
    """Look for one topic, written with hyphens as topics are, and for words of summaries."""
    words = query.lower().split()
    return await every(
        QUERIES.search_words(connection, topics=["-".join(words)], typed=query, most=MOST)
    )
