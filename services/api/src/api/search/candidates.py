"""Packages that their names speak for: exactly, by a beginning, by what is imported, misspelt."""

from collections.abc import AsyncIterator, Iterator, Sequence

from api.database import QUERIES, Connection, Row, every
from api.search.postings import Postings
from api.search.ranking import MOST_USED, USE_BITS, Named, Posting, use_of
from api.search.typo_index import Names

SHORT = 4
"""Letters up to which all prefixes are made beforehand."""
MOST_BEGUN = 20
"""Names behind a beginning."""
CONSIDERED = 40
"""Names close to what was typed of which the database tells the most used."""
MISSPELT = 10
"""Of these, how many are given, so that words have their room."""
USED_MUCH = 1_000_000
"""Downloads a month from which a name that was typed exactly was not misspelt."""
KNOWN = 1
"""Bit of the mark of a name that is not imported, only known."""
TOGETHER = "its name, written together"
LAST_LETTER = "\U0010ffff"
"""Beyond every name that starts with a prefix."""


async def named_by(
    connection: Connection, typed: str, spaced: bool, postings: Postings, names: Names
) -> list[Named]:
    """Give what the names speak for.

    `typed` is canonical, with hyphens; `spaced` tells that some of them were spaces.
    """
    joined = typed.replace("-", "")
    exact = await every(QUERIES.search_exact(connection, names=[typed, joined]))
    found = [_exactly(row, typed, spaced) for row in exact]
    found += [*_other_names(postings), *_written_together(postings)]
    for beginning in dict.fromkeys((typed, joined)):
        found += _begun(await _prefixed(connection, beginning), beginning)
    if not any(row["last_month"] >= USED_MUCH for row in exact):
        found += [each async for each in _misspelt(connection, typed, names)]
    return found


def _exactly(row: Row, typed: str, spaced: bool) -> Named:
    use = use_of(row["last_month"])
    if row["name"] == typed:
        # Who asks for a flagged name by itself is warned before anything else is offered.
        evidence = "warned" if row["flagged"] else "spaced" if spaced else "exact"
        return Named(row["package_id"], "exact", evidence, 1, use, "its very name")
    return Named(row["package_id"], "joined", "joined", 1, use, TOGETHER)


def _other_names(postings: Postings) -> Iterator[Named]:
    for package_id, mark in _marked(postings.imports):
        how = "known" if mark & KNOWN else "imported"
        use = (mark >> USE_BITS) / MOST_USED
        yield Named(package_id, "import", how, 1, use, f"{how} as {postings.asked}")


def _written_together(postings: Postings) -> Iterator[Named]:
    for package_id, mark in _marked(postings.joined):
        yield Named(package_id, "joined", "joined", 1, (mark >> USE_BITS) / MOST_USED, TOGETHER)


def _marked(posting: Posting | None) -> list[tuple[int, int]]:
    if posting is None:
        return []
    ids, marks = posting.ids[:MOST_BEGUN].tolist(), posting.marks[:MOST_BEGUN].tolist()
    return list(zip(ids, marks, strict=True))


async def _prefixed(connection: Connection, typed: str) -> Sequence[Row]:
    known = await every(QUERIES.search_known_prefix(connection, prefix=typed, most=MOST_BEGUN))
    if known or len(typed) <= SHORT:
        return known
    beyond = typed + LAST_LETTER
    return await every(
        QUERIES.search_prefix(connection, prefix=typed, beyond=beyond, most=MOST_BEGUN)
    )


def _begun(rows: Sequence[Row], typed: str) -> list[Named]:
    return [
        Named(
            row["package_id"],
            "prefix",
            "prefix",
            len(typed) / len(row["name"]),
            use_of(row["last_month"]),
            f"its name begins with “{typed}”",
        )
        for row in rows
    ]


async def _misspelt(connection: Connection, typed: str, names: Names) -> AsyncIterator[Named]:
    meant = [each for each in names.meant(typed, CONSIDERED) if not each[1].startswith(typed)]
    if not meant:
        return
    rows = QUERIES.search_meant(
        connection,
        names=[name for _, name in meant],
        mistakes=[mistakes for mistakes, _ in meant],
        most=MISSPELT,
    )
    async for row in rows:
        evidence = "typo" if row["mistakes"] == 1 else "typos"
        why = f"its name is spelled like “{typed}”"
        yield Named(row["package_id"], "typo", evidence, 0, use_of(row["last_month"]), why)
