"""What may be meant: asked for at once, and the packages that their names speak for.

By their very names, by a beginning, by what is imported, misspelt.
"""

from collections.abc import Iterable, Iterator, Sequence

from api.database import QUERIES, Connection, Row, every
from api.search.names import typed_name
from api.search.postings import Postings
from api.search.ranking import MOST_USED, USE_BITS, Named, Posting, use_of
from api.search.terms import Way
from api.search.typo_index import Names

SHORT = 4
"""Letters up to which all prefixes are made beforehand."""
MOST_MARKED = 20
"""Packages that an import name, or a name written together, speaks for."""
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


async def ask(
    connection: Connection, query: str, words: Sequence[str], said: Iterable[Way], names: Names
) -> list[Row]:
    """Ask for all that a query may mean, in one question."""
    typed = typed_name(query)
    joined = typed.replace("-", "")
    asked = [*((0, name) for name in dict.fromkeys((typed, joined))), *_alike(typed, names)]
    imported = query.strip().lower()
    rows = QUERIES.search_candidates(
        connection,
        typed=typed,
        joined=joined,
        names=[name for _, name in asked],
        mistakes=[mistakes for mistakes, _ in asked],
        short=SHORT,
        last_letter=LAST_LETTER,
        texts=list(dict.fromkeys(word for way in said for word in way.words)),
        imported=imported,
        underlined=imported.replace("-", "_"),
        dotted=imported.replace(" ", "."),
        together="".join(words),
    )
    return await every(rows)


def _alike(typed: str, names: Names) -> list[tuple[int, str]]:
    """Return (mistakes, name) of what may have been misspelt, but for names that it begins."""
    meant = names.meant(typed, CONSIDERED)
    return [each for each in meant if each[0] and not each[1].startswith(typed)]


def named_by(typed: str, spaced: bool, rows: Sequence[Row], postings: Postings) -> list[Named]:
    """Return what the names speak for.

    `typed` is canonical, with hyphens; `spaced` tells that some of them were spaces.
    """
    named = [row for row in rows if row["kind"] == "name"]
    exact = [row for row in named if not row["mistakes"]]
    known = any(row["last_month"] >= USED_MUCH for row in exact)
    return [
        *(_exactly(row, typed, spaced) for row in exact),
        *_other_names(postings),
        *_written_together(postings),
        *(_begun(row) for row in rows if row["kind"] == "prefix"),
        *(_misspelt(row, typed) for row in ([] if known else _likeliest(named))),
    ]


def _likeliest(named: Sequence[Row]) -> list[Row]:
    """Return those that were likeliest meant: the fewest mistakes first, then the most used."""
    alike = [row for row in named if row["mistakes"]]
    alike.sort(key=lambda row: (row["mistakes"], -row["last_month"], row["name"]))
    return alike[:MISSPELT]


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
    ids, marks = posting.ids[:MOST_MARKED].tolist(), posting.marks[:MOST_MARKED].tolist()
    return list(zip(ids, marks, strict=True))


def _begun(row: Row) -> Named:
    typed, use = row["text"], use_of(row["last_month"])
    covered = len(typed) / len(row["name"])
    why = f"its name begins with “{typed}”"
    return Named(row["package_id"], "prefix", "prefix", covered, use, why)


def _misspelt(row: Row, typed: str) -> Named:
    evidence = "typo" if row["mistakes"] == 1 else "typos"
    why = f"its name is spelled like “{typed}”"
    return Named(row["package_id"], "typo", evidence, 0, use_of(row["last_month"]), why)
