"""The next generation takes its place without waiting for anybody but readers."""

import asyncpg

from scorer.read_model import swap

REBUILT = ["recent_downloads", "scores"]


async def test_autovacuum_keeps_off_what_is_about_to_be_renamed(pool: asyncpg.Pool) -> None:
    for table in REBUILT:
        await swap.make_aside(pool, table)
    await swap.build_view(pool, REBUILT)
    await swap.build_prefixes(pool)
    await swap.build_list_counts(pool)
    await swap.build_words(pool)
    async with pool.acquire() as connection, connection.transaction():
        await swap.swap(connection, [*REBUILT, "search_prefixes", "search_words", "list_counts"])

    rows = await pool.fetch(
        "select relname, reloptions from pg_class where relname = any($1)",
        [*REBUILT, "search_prefixes", "search_words", "list_counts", "package_list"],
    )
    assert len(rows) == 6
    assert all("autovacuum_enabled=off" in (row["reloptions"] or []) for row in rows)
