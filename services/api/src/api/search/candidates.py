"""Packages that their names speak for: exactly, by a beginning, by what is imported, misspelt."""

from collections.abc import AsyncIterator, Iterator, Sequence

from api.database import QUERIES, Connection, Row, every
from api.search.postings import Postings
from api.search.ranking import Named, Weights, use_of
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
LAST_LETTER = "\U0010ffff"
"""Beyond every name that starts with a prefix."""


async def named_by(
    connection: Connection, typed: str, postings: Postings, names: Names, weights: Weights
) -> list[Named]:
    """Give what the names speak for; `typed` is canonical, with hyphens."""
    joined = typed.replace("-", "")
    exact = await every(QUERIES.search_exact(connection, names=[typed, joined]))
    found = [_exactly(row, typed, weights) for row in exact]
    found += await _imported(connection, postings, typed, weights)
    for beginning in dict.fromkeys((typed, joined)):
        found += _begun(await _prefixed(connection, beginning), beginning, weights)
    if not any(row["last_month"] >= USED_MUCH for row in exact):
        found += [each async for each in _misspelt(connection, typed, names, weights)]
    return found


def _exactly(row: Row, typed: str, weights: Weights) -> Named:
    use = use_of(row["last_month"])
    if row["name"] == typed:
        return Named(row["package_id"], "exact", weights.exact, 1, use, "its very name")
    why = "its name, written together"
    return Named(row["package_id"], "joined", weights.joined, 1, use, why)


async def _imported(
    connection: Connection, postings: Postings, typed: str, weights: Weights
) -> list[Named]:
    """Give packages known by another name, and those whose name was written together."""
    kinds = (postings.imports, postings.joined)
    ids = [int(each) for posting in kinds if posting for each in posting.ids[:MOST_BEGUN]]
    if not ids:
        return []
    rows = await every(QUERIES.search_rows(connection, ids=ids))
    uses = {row["package_id"]: use_of(row["last_month"]) for row in rows}
    return [
        *_other_names(postings, uses, typed, weights),
        *_written_together(postings, uses, weights),
    ]


def _other_names(
    postings: Postings, uses: dict[int, float], typed: str, weights: Weights
) -> Iterator[Named]:
    if postings.imports is None:
        return
    for number, mark in zip(postings.imports.ids, postings.imports.marks, strict=True):
        if (package_id := int(number)) in uses:
            how, bonus = ("imported", weights.imported) if mark == 1 else ("known", weights.known)
            why = f"{how} as {typed}"
            yield Named(package_id, "import", bonus, 1, uses[package_id], why)


def _written_together(
    postings: Postings, uses: dict[int, float], weights: Weights
) -> Iterator[Named]:
    if postings.joined is not None:
        for package_id in map(int, postings.joined.ids):
            if package_id in uses:
                why = "its name, written together"
                yield Named(package_id, "joined", weights.joined, 1, uses[package_id], why)


async def _prefixed(connection: Connection, typed: str) -> Sequence[Row]:
    known = await every(QUERIES.search_known_prefix(connection, prefix=typed, most=MOST_BEGUN))
    if known or len(typed) <= SHORT:
        return known
    beyond = typed + LAST_LETTER
    return await every(
        QUERIES.search_prefix(connection, prefix=typed, beyond=beyond, most=MOST_BEGUN)
    )


def _begun(rows: Sequence[Row], typed: str, weights: Weights) -> list[Named]:
    return [
        Named(
            row["package_id"],
            "prefix",
            weights.prefix,
            len(typed) / len(row["name"]),
            use_of(row["last_month"]),
            f"its name begins with “{typed}”",
        )
        for row in rows
    ]


async def _misspelt(
    connection: Connection, typed: str, names: Names, weights: Weights
) -> AsyncIterator[Named]:
    meant = names.meant(typed, CONSIDERED)
    if not meant:
        return
    rows = QUERIES.search_meant(
        connection,
        names=[name for _, name in meant],
        mistakes=[mistakes for mistakes, _ in meant],
        most=MISSPELT,
    )
    async for row in rows:
        bonus = weights.typo - weights.mistake * row["mistakes"]
        why = f"its name is spelled like “{typed}”"
        yield Named(row["package_id"], "typo", bonus, 0, use_of(row["last_month"]), why)
