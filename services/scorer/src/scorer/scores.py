"""The scores of all packages: inputs out of PostgreSQL, scores back into it, both by COPY."""

import io
from collections.abc import Iterable
from datetime import date

import asyncpg
import polars as pl

from scorer import queries
from scorer.read_model import aside
from scorer.scoring import INPUTS, Market, observe_market, score_packages
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
)
"""Columns of the table that the scoring gives as they are."""


async def build_scores(pool: asyncpg.Pool, table: str, tables: Iterable[str], day: date) -> Market:
    """Fill `table`, made like scores, as of `day`; gives the market behind momentum."""
    inputs = await read_inputs(pool, tables)
    market = observe_market(inputs)
    scores = score_packages(inputs, day, market)
    async with pool.acquire() as connection:
        await connection.copy_to_table(
            table, source=_rows(scores), format="csv", header=True, columns=_names()
        )
    return market


def _names() -> list[str]:
    return [*COLUMNS, "insights", "family", "explanation"]


async def read_inputs(pool: asyncpg.Pool, tables: Iterable[str]) -> pl.DataFrame:
    """Give the inputs of every package, in the order of their numbers."""
    out = io.BytesIO()
    sql = aside(queries.read_model.score_inputs.sql.strip().rstrip(";"), tables)
    async with pool.acquire() as connection:
        await connection.copy_from_query(sql, output=out, format="csv", header=True)
    out.seek(0)
    texts = pl.read_csv(out, infer_schema=False)
    return texts.select([_typed(each.name, each.dtype) for each in INPUTS])


def _typed(name: str, dtype: pl.DataType) -> pl.Expr:
    """Read a column of PostgreSQL's texts."""
    column = pl.col(name)
    if dtype == pl.Boolean:
        return (column == "t").alias(name)
    if isinstance(dtype, pl.List):
        items = column.str.strip_chars("{}").str.split(",")
        return items.list.eval(pl.element().cast(dtype.inner, strict=False)).alias(name)
    if dtype == pl.Date:
        return column.str.to_date("%Y-%m-%d")
    return column.cast(dtype)


def _rows(scores: pl.DataFrame) -> io.BytesIO:
    """Give the table's rows as CSV; the explanation is the packed record, as PostgreSQL's hex."""
    frame = scores.select(
        *COLUMNS,
        _insights().alias("insights"),
        pl.col("family").cast(pl.String),
        pl.concat_str(pl.lit("\\x"), pl.col("record").bin.encode("hex")).alias("explanation"),
    )
    out = io.BytesIO()
    frame.write_csv(out)
    out.seek(0)
    return out


def _insights() -> pl.Expr:
    """Names of the lists that show a package, as PostgreSQL's text of an array.

    A family has one place in each list, so its other members are not shown there.
    """
    member = [
        pl.when(pl.col(each.rank_column).is_not_null()).then(pl.lit(each.name)) for each in INSIGHTS
    ]
    names = pl.concat_str(member, separator=",", ignore_nulls=True)
    return pl.concat_str(pl.lit("{"), names, pl.lit("}"))
