"""The scores of all packages: inputs out of PostgreSQL, scores back into it, both by COPY.

Both go in parts: what is kept of a judged package is a quarter of what it is judged by.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import date

import asyncpg
import polars as pl

from scorer import queries
from scorer.postgres.copy_reader import Work, in_parts
from scorer.read_model.swap import aside
from scorer.scoring import (
    COMPARED,
    INPUTS,
    Market,
    Placed,
    judge,
    observe_market,
    place,
)
from scorer.scoring.insights import INSIGHTS

COLUMNS = (
    "package_id",
    "health",
    "health_confidence",
    "momentum",
    "week_over_week",
    "enough_data",
    "maintenance",
    "category",
    "python_support",
    "license_class",
    "cadence",
    "contributor_risk",
    "engagement",
    "star_surplus",
)
"""Columns of the table that the scoring gives as they are."""

ORDERED = (name for each in INSIGHTS for name in (each.name, each.order))
NEEDED = list(dict.fromkeys([*COLUMNS, *COMPARED, *ORDERED, "family", "record"]))
"""What is kept of a judged package until all are."""
PART_ROWS = 20_000
"""Scores written at once."""


async def build_scores(pool: asyncpg.Pool, table: str, tables: Iterable[str], day: date) -> Market:
    """Fill `table`, made like scores, as of `day`; gives the market behind momentum."""
    market = await _market(pool, tables)
    judged = await read_inputs(pool, tables, lambda part: needed(judge(part, day, market)))
    placed = await asyncio.to_thread(place, pl.concat(judged))
    async with pool.acquire() as connection:
        await connection.copy_to_table(table, source=_rows(placed), format="csv", columns=_names())
    return market


async def _market(pool: asyncpg.Pool, tables: Iterable[str]) -> Market:
    """Observe the market by the packages with enough downloads."""
    busy = await in_parts(pool, aside(queries.read_model.market_weeks.sql, tables), _weeks)
    return await asyncio.to_thread(observe_market, pl.concat(busy))


def needed(judged: pl.DataFrame) -> pl.DataFrame:
    """Keep of judged packages what `place` and the table need; labels as numbers of their words."""
    labels = pl.selectors.by_name(COLUMNS) & pl.selectors.string()
    return judged.select(NEEDED).with_columns(labels.cast(pl.Categorical))


def _names() -> list[str]:
    return [*COLUMNS, "insights", "family", "explanation"]


async def read_inputs(
    pool: asyncpg.Pool, tables: Iterable[str], work: Work = lambda part: part
) -> list[pl.DataFrame]:
    """Return what `work` makes of each part of the inputs, in order of the packages' numbers."""
    sql = aside(queries.read_model.score_inputs.sql, tables)
    return await in_parts(pool, sql, lambda texts: work(_inputs(texts)))


def _inputs(texts: pl.DataFrame) -> pl.DataFrame:
    return texts.select([_typed(each.name, each.dtype) for each in INPUTS])


def _weeks(texts: pl.DataFrame) -> pl.DataFrame:
    return texts.select(_typed("weeks", pl.List(pl.Int64())))


def _typed(name: str, dtype: pl.DataType) -> pl.Expr:
    """Read a column of PostgreSQL's texts."""
    column = pl.col(name)
    if dtype == pl.Boolean:
        return (column == "t").alias(name)
    if isinstance(dtype, pl.List):
        items = column.str.strip_chars("{}").str.split(",")
        item = pl.element().filter(pl.element() != "").cast(dtype.inner, strict=False)
        return items.list.eval(item).alias(name)
    if dtype == pl.Date:
        return column.str.to_date("%Y-%m-%d")
    return column.cast(dtype)


async def _rows(placed: Placed) -> AsyncIterator[bytes]:
    """Yield the table's rows as CSV, a part at a time."""
    for first in range(0, len(placed.judged), PART_ROWS):
        yield await asyncio.to_thread(_csv, placed, first)


def _csv(placed: Placed, first: int) -> bytes:
    """Return some rows; the explanation is the packed record, as PostgreSQL's hex."""
    frame = placed.rows(first, PART_ROWS).select(
        *COLUMNS,
        _insights().alias("insights"),
        pl.col("family").cast(pl.String),
        pl.concat_str(pl.lit("\\x"), pl.col("record").bin.encode("hex")).alias("explanation"),
    )
    return frame.write_csv(include_header=False).encode()


def _insights() -> pl.Expr:
    """Names of the lists that show a package, as PostgreSQL's text of an array.

    A family has one place in each list, so its other members are not shown there.
    """
    member = [
        pl.when(pl.col(each.rank_column).is_not_null()).then(pl.lit(each.name)) for each in INSIGHTS
    ]
    names = pl.concat_str(member, separator=",", ignore_nulls=True)
    return pl.concat_str(pl.lit("{"), names, pl.lit("}"))
