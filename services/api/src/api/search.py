"""Search: what people type, from the surest kind of match to the loosest."""

from collections.abc import Sequence

from api.answers.package import Document, found
from api.database import QUERIES, Connection, Row, every
from api.names import canonical_or_same
from api.spelling import Spelling

MOST = 20
"""Results of one search."""
ENOUGH = 10
"""With so many names found, misspellings are not looked for."""
CLOSE = 3
"""With so many much used names close to what was typed, seldom used ones are not looked for."""
SHORT = 4
"""Letters up to which all prefixes are made beforehand; a misspelling needs at least as many."""
LAST_LETTER = "\U0010ffff"
"""Beyond every name that starts with a prefix."""


async def search(connection: Connection, query: str, spelling: Spelling) -> list[Document]:
    """Give at most 20 packages: the very name, prefixes, misspellings, words; each once."""
    typed = canonical_or_same(query.strip().lower().replace(" ", "-"))
    results: dict[str, Document] = {}
    if not typed:
        return []
    _add(results, "exact", await every(QUERIES.search_exact(connection, name=typed)))
    _add(results, "prefix", await _prefixed(connection, typed))
    if len(results) < ENOUGH and len(typed) >= SHORT:
        _add(results, "typo", await _misspelt(connection, typed, spelling))
    if len(results) < ENOUGH:
        _add(results, "words", await _by_words(connection, query))
    return list(results.values())[:MOST]


async def _misspelt(connection: Connection, typed: str, spelling: Spelling) -> Sequence[Row]:
    """Look among the most used names letter by letter, then, where few are close, among all."""
    meant = spelling.meant(typed, ENOUGH)
    rows = await every(QUERIES.search_named(connection, names=meant)) if meant else []
    if len(rows) < CLOSE:
        rows += await every(QUERIES.search_typo(connection, typed=typed, most=MOST))
    return rows


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
