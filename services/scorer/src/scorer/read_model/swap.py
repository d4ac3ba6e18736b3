"""The read model, built aside and swapped in: readers wait for the rename alone.

Tables that a run makes anew are built under a second name; the view is built on those, from the
definition that the migrations gave it. One short transaction then renames all of them.
"""

import re
from collections.abc import Iterable

import asyncpg
import stamina

from domain.import_names import other_names
from scorer import queries
from scorer.queries import fetch
from scorer.runs.inbox import Connection

NEXT = "_next"
VIEW = "package_list"
LOCK_WAIT = "100ms"
"""How long the swap may keep readers waiting before it lets them pass and tries again."""

SWAP_ATTEMPTS = 200
UNTOUCHED = "with (autovacuum_enabled = off, toast.autovacuum_enabled = off)"
"""What is made anew each time is vacuumed here, if at all: autovacuum gives way to a lock only
after `deadlock_timeout`, which is longer than `LOCK_WAIT`, so a swap would wait for its end."""


def aside(sql: str, tables: Iterable[str]) -> str:
    """Return a statement in which each of the tables is read or written under its second name."""
    for table in tables:
        sql = re.sub(rf"\b{table}\b", table + NEXT, sql)
    return sql


async def make_aside(pool: asyncpg.Pool, table: str) -> str:
    """Make an empty second table like the first; gives its name."""
    await pool.execute(f"drop table if exists {table}{NEXT} cascade")
    await pool.execute(f"create table {table}{NEXT} (like {table} including all) {UNTOUCHED}")
    return table + NEXT


async def build_view(pool: asyncpg.Pool, tables: Iterable[str]) -> None:
    """Build the view and its indexes aside, reading the second names of `tables`."""
    definition = aside(await queries.read_model.view_definition(pool), tables)
    await pool.execute(f"drop materialized view if exists {VIEW}{NEXT}")
    await pool.execute(f"create materialized view {VIEW}{NEXT} {UNTOUCHED} as {definition}")
    for row in await fetch(queries.read_model.view_indexes(pool)):
        await pool.execute(aside(row["indexdef"], (row["indexname"], VIEW)))
    for table in tables:
        await pool.execute(f"analyze {table}{NEXT}")
    await pool.execute(f"vacuum (analyze) {VIEW}{NEXT}")


async def build_prefixes(pool: asyncpg.Pool) -> None:
    """Build the table of search prefixes aside, from the view built aside."""
    table = await make_aside(pool, "search_prefixes")
    await pool.execute(aside(queries.read_model.fill_prefixes.sql, ("search_prefixes", VIEW)))
    await pool.execute(f"analyze {table}")


async def build_list_counts(pool: asyncpg.Pool) -> None:
    """Build the table that counts packages by their labels aside, from the view built aside."""
    table = await make_aside(pool, "list_counts")
    await pool.execute(aside(queries.read_model.fill_list_counts.sql, ("list_counts", VIEW)))
    await pool.execute(f"analyze {table}")


async def build_words(pool: asyncpg.Pool) -> None:
    """Build the table of words that search finds packages by aside, from the view built aside."""
    table = await make_aside(pool, "search_words")
    tables = ("search_words", VIEW)
    await pool.execute(aside(queries.search_words.fill_words.sql, tables))
    await pool.execute(aside(queries.search_words.fill_joined.sql, tables))
    names = other_names()
    await pool.execute(
        aside(queries.search_words.fill_imports.sql, tables),
        [each.name for each in names],
        [each.package for each in names],
        [int(each.how == "known") for each in names],
    )
    await pool.execute(f"vacuum (analyze) {table}")


async def swap(connection: Connection, tables: Iterable[str]) -> None:
    """Put everything built aside in place; needs a transaction, which holds readers briefly."""
    await connection.execute(f"set local lock_timeout = '{LOCK_WAIT}'")
    indexes = [row["indexname"] for row in await fetch(queries.read_model.view_indexes(connection))]
    await connection.execute(f"drop materialized view {VIEW}")
    for table in tables:
        await connection.execute(f"drop table {table}")
        await connection.execute(f"alter table {table}{NEXT} rename to {table}")
    await connection.execute(f"alter materialized view {VIEW}{NEXT} rename to {VIEW}")
    for index in indexes:
        await connection.execute(f"alter index {index}{NEXT} rename to {index}")


swap_retry = stamina.retry(
    on=asyncpg.LockNotAvailableError, attempts=SWAP_ATTEMPTS, timeout=None, wait_max=1.0
)
"""For the transaction around `swap`: readers pass between two attempts."""
