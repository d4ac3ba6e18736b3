"""Long answers read in ranges of names, each proved whole.

The public server ends an answer after one block of rows without an error. So each range is planned
with what it holds, and what came is held against that; a difference, or an answer that the server
finds too dear, is read again in two halves, down to a single package.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import structlog

from events.day_range import DayRange
from ingest_downloads.clickhouse import ClickHouse, Row, TooMuchError
from ingest_downloads.queries import load
from ingest_downloads.source import SourceError

SQL = load("clickhouse.sql")
END = ""
"""No upper bound."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Range:
    """Names after one and up to another, with what the source says they hold."""

    after: str
    upto: str
    packages: int
    downloads: int


@dataclass(frozen=True)
class Question:
    """A query over names: one row a package, ordered by name."""

    sql: str
    window: DayRange
    parameters: dict[str, Any]
    whole: Callable[[list[Row], Range], bool]
    """Says whether rows are all of a range."""
    least: int = 1
    """Downloads in the window from which on a package belongs to the question."""


def days_of(window: DayRange) -> dict[str, Any]:
    """Return a window as the queries take it."""
    return {"first": window.first, "newest": window.last}


async def ranges(
    server: ClickHouse, question: Question, size: int, after: str = "", upto: str = END
) -> list[Range]:
    """Cut the question's names between two into ranges of `size` packages."""
    pieces = await server.rows(
        SQL["ranges"],
        **days_of(question.window),
        size=size,
        least=question.least,
        after=after,
        upto=upto,
    )
    starts = [after, *(newest for newest, _, _ in pieces)]
    return [
        Range(start, newest, int(packages), int(downloads))
        for start, (newest, packages, downloads) in zip(starts, pieces, strict=False)
    ]


def ranges_of(names: list[str], size: int) -> list[Range]:
    """Cut names that are known, and in order, into ranges of `size`; downloads are left out."""
    pieces = [names[start : start + size] for start in range(0, len(names), size)]
    starts = ["", *(piece[-1] for piece in pieces)]
    return [
        Range(start, piece[-1], len(piece), downloads=0)
        for start, piece in zip(starts, pieces, strict=False)
    ]


async def all_rows(server: ClickHouse, question: Question, plan: list[Range]) -> AsyncIterator[Row]:
    """Yield the rows of all ranges by name, holding one range in memory."""
    for wanted in plan:
        for row in await range_rows(server, question, wanted):
            yield row


async def range_rows(server: ClickHouse, question: Question, wanted: Range) -> list[Row]:
    """Return all rows of a range; raises SourceError where not even one package comes whole."""
    rows = await _answer(server, question, wanted)
    if rows is not None and question.whole(rows, wanted):
        return rows
    log.warning("answer cut off", after=wanted.after, upto=wanted.upto, rows=len(rows or ()))
    halves = await ranges(server, question, -(-wanted.packages // 2), wanted.after, wanted.upto)
    if halves == [wanted]:
        raise SourceError(f"ClickHouse does not give all of {wanted.upto}")
    return [row for half in halves for row in await range_rows(server, question, half)]


async def _answer(server: ClickHouse, question: Question, wanted: Range) -> list[Row] | None:
    """Return what came for a range; none where the server finds it too much."""
    parameters = question.parameters | {"upto": wanted.upto}
    divisible = wanted.packages > 1
    try:
        return await server.rows_after(question.sql, wanted.after, divisible, **parameters)
    except TooMuchError as error:
        if not divisible:
            raise
        log.warning("range too large", after=wanted.after, upto=wanted.upto, error=str(error))
        return None
